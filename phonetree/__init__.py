"""A phone tree for schools: alerts, the hotline and mutual aid, by text and by call, in the family's own language."""

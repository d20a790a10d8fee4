"""Floor 4, the pages that anybody may read: how to join a school's phone tree, what it keeps, what it promises."""

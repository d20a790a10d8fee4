// Keeps a page up to date: the server says what its parts are now, and in how long to ask again.
"use strict";

const main = document.querySelector("[data-live]");
const SAID_EVERY = 15000;
const was = new Map();
let saidAt = 0;

function same(element) {
  // What somebody had under the finger or in the focus is found again by what it does.
  return element.href || `${element.name}=${element.value}`;
}

function show(name, html) {
  const part = main.querySelector(`[data-part="${name}"]`);
  if (!part || was.get(name) === html) return;
  const held = part.contains(document.activeElement) ? same(document.activeElement) : "";
  part.innerHTML = html;
  was.set(name, html);
  const found = [...part.querySelectorAll("a, button, input")].find((each) => same(each) === held);
  if (held && found) found.focus();
}

function say(words) {
  // Who listens to the page is told now and then, not every second.
  const said = main.querySelector("[data-said]");
  if (!said || said.textContent === words || Date.now() - saidAt < SAID_EVERY) return;
  said.textContent = words;
  saidAt = Date.now();
}

if (main && window.EventSource) {
  const source = new EventSource(main.dataset.live);
  source.addEventListener("parts", (event) => {
    const now = JSON.parse(event.data);
    Object.entries(now.parts).forEach(([name, html]) => show(name, html));
    say(now.said);
  });
  source.addEventListener("error", () => {
    // Signed out, or the server is gone: the browser asks again unless it was turned away.
    const isOver = source.readyState === EventSource.CLOSED;
    main.querySelectorAll("[data-not-live]").forEach((each) => { each.hidden = !isOver; });
  });
  addEventListener("pagehide", () => source.close());
}

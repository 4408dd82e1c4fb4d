"use strict";
// Pages are measured once, split where text of 24 px does not fit, and then shown one at a time.

const root = document.documentElement;
const all = (what, from = document) => [...from.querySelectorAll(what)];
const one = (what, from = document) => from.querySelector(what);
const presenter = location.search === "?presenter";

// Fitting -----------------------------------------------------------------------------------

function full(page) {
  const body = one(".body", page);
  return body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1;
}

function grow(page) {  // the largest text that fits; false if 24 px is too large
  const sizes = one("figure", page) ? [24] : [40, 36, 32, 30, 28, 26, 24].slice(one("table", page) ? 3 : 0);
  return sizes.some(size => {
    page.style.setProperty("--text", size + "px");
    return !full(page);
  });
}

function parts(block) {  // what a block may be split into
  if (block.matches("table")) return all(":scope > tbody > tr", block);
  if (block.matches("pre") && !block.children.length) {
    const lines = block.textContent.replace(/\n$/, "").split("\n");
    block.replaceChildren(...lines.map(line => Object.assign(document.createElement("span"), { textContent: line })));
  }
  if (block.matches("pre, ul, ol, .step, div, blockquote")) return [...block.children];
  return [];
}

function shell(block, from) {  // the block without its parts, and where these go
  const copy = block.cloneNode(false);
  if (!block.matches("table")) {
    if (block.matches("ol")) copy.start = (block.start || 1) + from;
    return [copy, copy];
  }
  all(":scope > caption, :scope > thead", block).forEach(head => copy.append(head.cloneNode(true)));
  const rows = document.createElement("tbody");
  copy.append(rows);
  return [copy, rows];
}

function paginate(sheet) {
  const steps = all(".step", sheet);
  if (!one(".fresh", sheet) && grow(sheet)) return;
  const frame = sheet.cloneNode(true), pages = [];
  one(".body", frame).replaceChildren();
  let page;
  const turn = () => {
    const next = frame.cloneNode(true);
    (page || sheet).after(next);
    pages.push(page = next);
  };
  const begun = () => all(".body .step > *", page).some(block => !block.matches("h1, h2, h3"));

  function put(block, holder) {
    holder().append(block);
    if (!full(page)) return;
    block.remove();
    if (begun()) {
      turn();
      holder().append(block);
      if (!full(page)) return;
      block.remove();
    }
    const inside = parts(block);
    if (!inside.length) return holder().append(block);
    let on = null, target = null;
    inside.forEach((part, index) => put(part, () => {
      if (on !== page) {
        const [copy, inner] = shell(block, index);
        holder().append(copy);
        [on, target] = [page, inner];
      }
      return target;
    }));
  }

  turn();
  for (const step of steps) {
    if (step.matches(".fresh") && begun()) turn();
    put(step, () => one(".body", page));
  }
  sheet.remove();
  pages.forEach((each, index) => {
    all(".step, ul, ol, tbody", each).forEach(box => box.children.length || box.remove());
    const which = pages.length > 1 ? ` (${index + 1}/${pages.length})` : "";
    one(".count", each).textContent += which;
    each.setAttribute("aria-label", sheet.getAttribute("aria-label") + which);
    grow(each);
  });
}

all(".step.joins").forEach(step => {  // with what is shown before, unless that is an answer
  const before = step.previousElementSibling;
  if (!before || before.matches(".told")) return;
  before.append(...step.childNodes);
  step.remove();
});
all("section").forEach(paginate);

// Showing -----------------------------------------------------------------------------------

const pages = all("section");
const places = pages.flatMap(page => all(".step", page).map((_, step) => ({ page, step })));
let at = 0, optional = false, other = presenter ? window.opener : null;
const began = Date.now();

function address(place) {  // 12, or 12.3 for the third step on from its beginning
  const number = places[place].page.dataset.number;
  const first = places.findIndex(each => each.page.dataset.number === number);
  return number + (place > first ? "." + (place - first) : "");
}

function onward(step, every) {  // the next place, over optional slides unless they are wanted
  const here = places[at].page.dataset.number;
  let to = at + step;
  while (places[to] && !every && !optional && "optional" in places[to].page.dataset && places[to].page.dataset.number !== here) to += step;
  return places[to] ? to : at;
}

function dress(page, step) {
  all(".step", page).forEach((box, index) => box.classList.toggle("on", index <= step));
}

function show(place, tell = true) {
  at = Math.max(0, Math.min(places.length - 1, place));
  const { page, step } = places[at];
  pages.forEach(each => each.classList.toggle("now", each === page));
  dress(page, step);
  toggle();
  one("#where").textContent = page.getAttribute("aria-label");
  history.replaceState(null, "", "#" + address(at));
  if (tell && other) other.postMessage({ at, optional }, "*");
  layout();
}

function layout() {
  const now = places[at].page;
  const scale = (presenter ? 0.6 : 1) * Math.min(innerWidth / 1280, innerHeight / 720 * (presenter ? 1.2 : 1));
  now.style.transform = `scale(${scale})`;
  now.style.left = presenter ? "2vw" : (innerWidth - 1280 * scale) / 2 + "px";
  now.style.top = presenter ? "1vh" : (innerHeight - 720 * scale) / 2 + "px";
  if (!presenter) return;
  const next = places[onward(1)], copy = next.page.cloneNode(true);
  copy.classList.remove("now");
  Object.assign(copy.style, { zoom: 0.55 * scale, transform: "", left: "", top: "" });
  dress(copy, next.step);
  one("#next").replaceChildren(copy);
  one("#say").innerHTML = one(".notes", now).innerHTML || "<p>No notes for this slide.</p>";
  one("#say").style.top = `calc(2vh + ${720 * scale}px)`;
}

function panel(kind) {
  const box = one("#panel"), content = one("." + kind, places[at].page).innerHTML.trim();
  const again = !box.hidden && box.dataset.kind === kind;
  toggle();
  box.innerHTML = content || `<p>No ${kind} on this slide.</p>`;
  box.dataset.kind = kind;
  box.hidden = again;
  root.classList.toggle("spoken", kind === "notes" && !again);
  if (!again) box.focus();
}

function toggle(which) {  // one box at a time; the same key closes it; without a name, all close
  all(".box").forEach(box => { box.hidden = !(box.matches(which || "none") && box.hidden); });
  if (which) one(which).focus();
}

const keys = {
  ArrowRight: () => show(onward(1)), PageDown: () => show(onward(1)), " ": () => show(onward(1)),
  ArrowLeft: () => show(onward(-1)), PageUp: () => show(onward(-1)),
  ArrowDown: () => show(onward(1, true)), ArrowUp: () => show(onward(-1, true)),
  Home: () => show(0), End: () => show(places.findLastIndex(place => optional || !("optional" in place.page.dataset))),
  c: () => panel("code"), n: () => panel("notes"),
  o: () => { optional = !optional; root.classList.toggle("all", optional); show(at); },
  d: () => root.classList.toggle("dark"),
  f: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  p: () => { other = window.open(location.href.split(/[?#]/)[0] + "?presenter#" + address(at), "presenter", "width=1200,height=800"); },
  "?": () => toggle("#help"), l: () => toggle("#list"),
  Escape: () => toggle(),
};

addEventListener("keydown", event => {
  const scrolls = event.target.closest(".box, #say") && /^(Arrow(Up|Down)|Page|Home|End| )/.test(event.key);
  if (!keys[event.key] || scrolls || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  keys[event.key]();
});
addEventListener("click", event => {
  if (!event.target.closest("a, .box, #say")) show(onward(event.clientX < innerWidth / 3 ? -1 : 1));
});
addEventListener("message", event => {  // from the presenter's window, or to it
  if (!event.data || !Number.isInteger(event.data.at)) return;
  other = event.source;
  optional = event.data.optional;
  root.classList.toggle("all", optional);
  show(event.data.at, false);
});
addEventListener("resize", layout);

function fromAddress() {
  const [number, step] = location.hash.slice(1).split(".");
  const first = places.findIndex(place => place.page.dataset.number === number);
  show(first < 0 ? 0 : first + Number(step || 0), false);
}
addEventListener("hashchange", fromAddress);

root.classList.toggle("dark", matchMedia("(prefers-color-scheme: dark)").matches);
if (presenter) {
  one("#desk").hidden = false;
  setInterval(() => {
    const minutes = Math.floor((Date.now() - began) / 60000), seconds = Math.floor((Date.now() - began) / 1000) % 60;
    one("#clock").textContent = `${new Date().toLocaleTimeString()} · ${minutes}:${String(seconds).padStart(2, "0")}`;
  }, 1000);
}
fromAddress();

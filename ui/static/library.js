// The tab "Library": selecting papers on the map, in the table and in lists. Requests to the server are
// written into hidden textboxes (see ui/library/requests.py).
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const NEAR = 14; // a click within so many pixels of a dot counts as a click on it
  const DRAGGED = 5; // a pointer that moves further, in pixels, drags
  const MOST_CHOSEN = 5000; // as many as the server accepts
  const chosen = new Set(); // ids of papers, which may be neither on the map nor in the table
  let opening = false; // whether a paper's page was requested, to move the focus there when it arrives

  const tab = () => document.getElementById("fn-library");
  const field = () => document.querySelector("#fn-map .fn-field");
  const dots = () => [...document.querySelectorAll("#fn-map .fn-dot")];
  const paperOf = (element) => element.id.slice(element.id.indexOf(":") + 1);
  const linked = (link) => decodeURIComponent(link.hash.slice("#open=".length));
  const words = (dot) => dot.querySelector("title").textContent;

  let requests = 0;
  function write(id, what) {
    const box = document.querySelector(`#${id} textarea, #${id} input`);
    if (!box) return;
    box.value = JSON.stringify(what);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function request(what) {
    requests += 1; // Gradio sends only changed values
    write("fn-library-request", { ...what, number: requests });
  }

  function open(paper) {
    opening = true;
    request({ do: "open", paper });
  }

  // Selecting papers

  function choose(papers, how = "only") {
    if (how === "only") chosen.clear();
    for (const paper of papers) {
      if (how === "remove" || (how === "toggle" && chosen.has(paper))) chosen.delete(paper);
      else if (chosen.size < MOST_CHOSEN) chosen.add(paper);
    }
    showChosen();
    write("fn-library-chosen", [...chosen]);
  }

  function showChosen() {
    for (const dot of dots()) {
      const selected = chosen.has(paperOf(dot));
      dot.classList.toggle("fn-chosen", selected);
      dot.setAttribute("aria-selected", String(selected));
    }
    for (const box of document.querySelectorAll("#fn-papers .fn-pick")) box.checked = chosen.has(paperOf(box));
  }

  // The map

  const middle = (dot) => {
    const { left, top, width, height } = dot.querySelector("path").getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  };

  function nearestDot(x, y) {
    let best = null, least = NEAR;
    for (const dot of dots()) {
      const at = middle(dot), far = Math.hypot(at.x - x, at.y - y);
      if (far < least) [best, least] = [dot, far];
    }
    return best;
  }

  function read(dot) {
    const line = document.querySelector("#fn-map .fn-readout");
    if (line) line.textContent = dot ? words(dot) : "\u00a0";
  }

  function goTo(dot, focus = true) {
    if (!dot) return;
    for (const other of document.querySelectorAll('#fn-map .fn-dot[tabindex="0"]')) other.setAttribute("tabindex", "-1");
    dot.setAttribute("tabindex", "0");
    if (focus) dot.focus();
  }

  let drag = null; // where a drag began, and its rectangle
  document.addEventListener("pointerdown", (event) => {
    const on = event.target.closest?.("#fn-map .fn-field");
    if (!on || event.button) return;
    drag = { x: event.clientX, y: event.clientY, on, band: null, touch: event.pointerType === "touch" };
    if (!drag.touch) event.preventDefault(); // otherwise the browser selects the labels as text
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) {
      const on = event.target.closest?.("#fn-map .fn-field");
      const dot = on && event.target.closest(".fn-dot");
      if (dot) read(dot);
      return;
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (drag.touch || (!drag.band && Math.hypot(dx, dy) < DRAGGED)) return; // touch scrolls the page
    if (!drag.band) {
      drag.band = drag.on.appendChild(document.createElementNS(SVG, "rect"));
      drag.band.setAttribute("class", "fn-band");
    }
    const frame = drag.on.getBoundingClientRect();
    const place = { x: Math.min(event.clientX, drag.x) - frame.left, y: Math.min(event.clientY, drag.y) - frame.top,
      width: Math.abs(dx), height: Math.abs(dy) };
    for (const [name, value] of Object.entries(place)) drag.band.setAttribute(name, value);
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { x, y, band, touch } = drag;
    drag = null;
    const more = touch || event.shiftKey || event.ctrlKey || event.metaKey;
    if (band) {
      band.remove();
      const [left, right] = [x, event.clientX].sort((a, b) => a - b);
      const [top, bottom] = [y, event.clientY].sort((a, b) => a - b);
      const inside = dots().filter((dot) => {
        const at = middle(dot);
        return at.x >= left && at.x <= right && at.y >= top && at.y <= bottom;
      });
      goTo(inside[0]);
      choose(inside.map(paperOf), more ? "add" : "only");
      return;
    }
    const dot = nearestDot(event.clientX, event.clientY);
    if (dot) {
      read(dot);
      goTo(dot);
      choose([paperOf(dot)], more ? "toggle" : "only");
    } else if (!more && chosen.size) choose([]);
  });
  document.addEventListener("pointercancel", () => {
    drag?.band?.remove();
    drag = null;
  });

  const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function neighbour(dot, [wx, wy]) {
    const from = middle(dot);
    let best = null, least = Infinity;
    for (const other of dots()) {
      const at = middle(other), dx = at.x - from.x, dy = at.y - from.y;
      const along = dx * wx + dy * wy, across = Math.abs(dx * wy) + Math.abs(dy * wx);
      const far = along + 2 * across;
      if (along > 0.5 && across <= 2 * along && far < least) [best, least] = [other, far];
    }
    return best;
  }
  function dotFor(dot, key) {
    const all = dots(), at = all.indexOf(dot);
    if (key in DIRECTIONS) return neighbour(dot, DIRECTIONS[key]);
    return { Home: all[0], End: all.at(-1), PageDown: all[at + 1], PageUp: all[at - 1] }[key];
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag?.band) {
      drag.band.remove();
      drag = null;
      return;
    }
    if (event.key === "Escape" && event.target.closest?.("#fn-library-map") && chosen.size) {
      choose([]);
      return;
    }
    const dot = event.target.closest?.("#fn-map .fn-dot");
    if (!dot || event.altKey) return;
    if (event.key === "Enter") choose([paperOf(dot)], event.ctrlKey || event.metaKey ? "toggle" : "only");
    else if (event.key === " ") choose([paperOf(dot)], "toggle");
    else if (event.key in DIRECTIONS || ["Home", "End", "PageDown", "PageUp"].includes(event.key)) goTo(dotFor(dot, event.key));
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const dot = event.target.closest?.("#fn-map .fn-dot");
    if (dot) read(dot);
  });

  // Lists and buttons

  document.addEventListener("click", (event) => {
    if (!tab()?.contains(event.target)) return;
    const at = (selector) => event.target.closest(selector);
    const link = at("a.fn-to-paper"), button = at("button");
    if (link) {
      event.preventDefault();
      open(linked(link));
    } else if (!button) return;
    else if (button.matches(".fn-clear")) choose([]);
    else if (button.matches(".fn-sort")) request({ do: "sort", by: button.value });
    else if (button.matches(".fn-table-page")) request({ do: "page", offset: Number(button.value) });
    else if (button.matches(".fn-choose-listed")) {
      choose([...button.closest(".fn-listing").querySelectorAll("a.fn-to-paper")].map(linked), "add");
    } else if (button.matches(".fn-key")) {
      const group = [...document.querySelectorAll("#fn-map .fn-cluster-dots")]
        .find((one) => one.dataset.cluster === button.value);
      if (group) choose([...group.querySelectorAll(".fn-dot")].map(paperOf), event.shiftKey ? "add" : "only");
    }
  });
  document.addEventListener("change", (event) => {
    const box = event.target.closest?.("#fn-papers .fn-pick");
    if (box) choose([paperOf(box)], box.checked ? "add" : "remove");
  });

  // Attributes for screen readers that Gradio's sanitiser removes from the server's HTML.

  function addMapRoles(map) {
    const list = field();
    if (!list || list.getAttribute("role")) return;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-multiselectable", "true");
    list.setAttribute("aria-label", map.querySelector("h2").textContent);
    const keys = [...map.querySelectorAll(".fn-key")];
    [...list.querySelectorAll(".fn-cluster-dots")].forEach((group, n) => {
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", keys[n].querySelector("bdi").textContent);
      group.dataset.cluster = keys[n].value;
    });
    for (const label of list.querySelectorAll(".fn-name, .fn-ring")) label.setAttribute("aria-hidden", "true");
    for (const key of map.querySelectorAll(".fn-key svg")) key.setAttribute("aria-hidden", "true");
    for (const dot of dots()) {
      dot.setAttribute("role", "option");
      dot.setAttribute("aria-label", words(dot));
    }
    goTo(dots()[0], false);
    showChosen();
  }

  function addTableRoles(table) {
    for (const sorted of table.querySelectorAll("th[class*='fn-sorted-']")) {
      sorted.setAttribute("aria-sort", sorted.className.match(/fn-sorted-(\w+)/)[1]);
    }
    showChosen();
  }

  function showPaper(paper) {
    const head = paper.querySelector("h2");
    if (!opening || !head) return;
    opening = false;
    head.focus({ preventScroll: true });
    head.scrollIntoView({ block: "nearest" });
  }

  const watched = new WeakSet();
  const follow = { "fn-map": addMapRoles, "fn-papers": addTableRoles, "fn-paper": showPaper };
  new MutationObserver(() => {
    for (const [id, act] of Object.entries(follow)) {
      const element = document.getElementById(id);
      if (!element || watched.has(element)) continue; // Gradio builds a tab when it is first shown
      watched.add(element);
      act(element);
      new MutationObserver(() => act(element)).observe(element, { childList: true, subtree: true });
    }
  }).observe(document, { childList: true, subtree: true });
})();

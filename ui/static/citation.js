// The card of a citation: quote, paper and links of [k], made of what the sources panel holds already. Beside
// the footnote on hover and focus; on narrow screens a sheet from below instead of a jump to the panel.
(() => {
  "use strict";
  const CITED = "#fn-log a.fn-cite";
  const NARROW = matchMedia("(max-width: 899px)");
  const SHOW_MS = 300;
  const HIDE_MS = 250; // time to move the pointer from the footnote to the card
  let timer;
  let link = null; // the footnote whose card is shown

  const card = document.createElement("div");
  card.id = "fn-card";
  card.hidden = true;
  card.tabIndex = -1;

  const make = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  function button(text, action) {
    const made = make("button", "", text);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }

  function fill(mark) {
    const article = mark.closest("article");
    const pieces = [...document.getElementsByClassName(mark.id)];
    const quote = make("blockquote", "", pieces.map((piece) => piece.textContent).join(""));
    const title = make("p", "fn-card-title", article.querySelector("h3").textContent);
    const facts = [...article.querySelectorAll(".fn-facts")].map((each) => each.cloneNode(true));
    const buttons = make("p", "fn-card-buttons", "");
    const open = link;
    buttons.append(
      button("Open in the abstract", () => {
        hide();
        document.dispatchEvent(new CustomEvent("fn-show", { detail: open }));
      }),
      button("Close", () => {
        hide();
        open.focus({ preventScroll: true });
      }),
    );
    card.replaceChildren(quote, title, ...facts, buttons);
  }

  function show(shown) {
    clearTimeout(timer);
    const mark = document.getElementById(shown.hash.slice(1));
    if (!mark?.matches("mark") || !mark.closest("article")) return false;
    if (!card.isConnected) document.body.append(card);
    link = shown;
    link.removeAttribute("title"); // else the browser shows the same words over the card
    fill(mark);
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", `Source ${link.textContent}`);
    card.classList.toggle("fn-sheet", NARROW.matches);
    card.hidden = false;
    if (!NARROW.matches) place();
    return true;
  }

  function place() {
    const at = link.getBoundingClientRect();
    const below = at.bottom + 6 + card.offsetHeight <= innerHeight;
    card.style.left = `${Math.max(8, Math.min(at.left - 24, innerWidth - card.offsetWidth - 8))}px`;
    card.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - 6 - card.offsetHeight)}px`;
  }

  function hide() {
    clearTimeout(timer);
    card.hidden = true;
    card.removeAttribute("style");
    link = null;
  }

  const later = (action, ms) => {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || NARROW.matches) return;
    const over = event.target.closest?.(CITED);
    if (over && over !== link) later(() => show(over), SHOW_MS);
    else if (over || event.target.closest?.("#fn-card")) clearTimeout(timer);
    else if (link) later(hide, HIDE_MS);
    else clearTimeout(timer);
  });
  document.addEventListener("focusin", (event) => {
    const focused = event.target.closest?.(CITED);
    if (focused?.matches(":focus-visible") && !NARROW.matches) show(focused);
    else if (link && !focused && !event.target.closest?.("#fn-card")) hide();
  });
  document.addEventListener("fn-card", (event) => {
    if (NARROW.matches && event.detail.matches(CITED) && show(event.detail)) {
      event.preventDefault();
      card.focus({ preventScroll: true });
    } else hide();
  });
  document.addEventListener("pointerdown", (event) => {
    if (link && !event.target.closest?.(`#fn-card, ${CITED}`)) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !link) return;
    const back = link;
    const inside = card.contains(document.activeElement);
    hide();
    if (inside) back.focus({ preventScroll: true });
  });
  document.addEventListener("scroll", () => { if (link && !NARROW.matches) hide(); }, { capture: true, passive: true });
})();

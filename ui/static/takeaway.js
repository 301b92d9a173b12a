// Taking away: what a reader chose goes into one hidden textbox, and what the server says of it comes
// back in another (see ui/takeaway.py): a file to save, text to copy, or words to say.
(() => {
  "use strict";
  const FILE = /^[a-z0-9-]{1,100}\.(md|txt|bib|ris|json|csv)$/;
  const SHOWN_MS = 6000;
  let choices = 0;
  let done = ""; // the id of the last message, which may come twice
  let hiding; // the timer that ends what is said

  const said = document.createElement("div");
  said.id = "fn-said-aloud";
  said.setAttribute("role", "status");

  function say(words, button) {
    clearTimeout(hiding);
    said.replaceChildren(words);
    if (button) said.append(" ", button);
    else hiding = setTimeout(() => said.replaceChildren(), SHOWN_MS);
  }

  function save({ filename, mime, text, said: words }) {
    if (!FILE.test(filename)) return;
    const url = URL.createObjectURL(new Blob([text], { type: mime }));
    const link = document.createElement("a");
    link.href = url;
    link.download = filename;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read it only after a while
    say(words);
  }

  function copyTheOldWay(text) {
    const before = document.activeElement;
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "fn-copied";
    document.body.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    before?.focus({ preventScroll: true });
    return copied;
  }

  async function copy(message) {
    let copied;
    try {
      await navigator.clipboard.writeText(message.text); // missing where the page isn't served securely
      copied = true;
    } catch {
      copied = copyTheOldWay(message.text);
    }
    if (copied) {
      say(message.said);
      return;
    }
    // Some browsers copy only in the very moment of a click, and the server's answer took longer.
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = message.again;
    button.addEventListener("click", () => copy(message));
    say(message.failed, button);
  }

  function obey(text) {
    if (!text) return;
    const message = JSON.parse(text);
    if (message.id === done) return;
    done = message.id;
    if (message.do === "save") save(message);
    else if (message.do === "copy") copy(message);
    else say(message.said);
  }

  const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  function listen(box) {
    // The framework sets the value, which no event tells.
    Object.defineProperty(box, "value", {
      configurable: true,
      get() {
        return value.get.call(box);
      },
      set(text) {
        value.set.call(box, text);
        obey(text);
      },
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.fn-take");
    const box = document.querySelector("#fn-take-choice textarea");
    const [, turn, take] = button?.value.match(/^(\d{1,6}):([a-z]{1,8})$/) ?? [];
    if (!take || !box) return;
    choices += 1;
    box.value = JSON.stringify({ take, turn: Number(turn), n: choices }); // Gradio sends only what differs
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  const known = new WeakSet();
  new MutationObserver(() => {
    // Before it has words: a screen reader reads out only what changes in what it knows.
    if (document.body && !said.isConnected) document.body.append(said);
    const box = document.querySelector("#fn-takeaway textarea");
    if (box && !known.has(box)) {
      known.add(box);
      listen(box);
    }
    // What the sanitiser takes from the server's HTML is put back for screen readers.
    for (const table of document.querySelectorAll(".fn-matrix-scroll:not([role])")) {
      table.setAttribute("role", "region");
      table.setAttribute("aria-label", table.parentElement.querySelector("summary").textContent);
    }
  }).observe(document, { childList: true, subtree: true });
})();

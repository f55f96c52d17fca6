// Light or dark, where somebody has chosen other than the device. Runs before the page is drawn: no flash.
"use strict";

(() => {
  const KEY = "theme";
  const root = document.documentElement;
  const read = () => {
    try {
      const stored = localStorage.getItem(KEY);
      return stored === "light" || stored === "dark" ? stored : "";
    } catch {
      return ""; // Without storage the device decides.
    }
  };
  const show = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll(".themes button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  };

  show(read());
  document.addEventListener("DOMContentLoaded", () => {
    show(read());
    document.querySelector(".themes")?.addEventListener("click", ({ target }) => {
      if (target.tagName !== "BUTTON") return;
      try {
        if (target.value) localStorage.setItem(KEY, target.value);
        else localStorage.removeItem(KEY);
      } catch {
        // It holds for this page.
      }
      show(target.value);
    });
  });
  // Another tab has chosen.
  window.addEventListener("storage", ({ key }) => { if (key === KEY || key === null) show(read()); });
})();

// Completions for the search box (ARIA APG: editable combobox, list autocomplete, manual selection) and
// filters that apply at once. The page works without this file; nothing here decides what is found.
"use strict";

(() => {
  document.documentElement.classList.add("script");

  const form = document.getElementById("search");
  const input = document.getElementById("q");
  if (!form || !input) return;

  // An address without empty parameters is shorter to read and to share.
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && !field.value && field !== input && field.type !== "hidden") field.disabled = true;
      if (field.name === "sort" && field.value === "relevance") field.disabled = true;
    }
  });
  // Coming back with the browser's button shows this very document again.
  window.addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });

  // On a narrow screen the filters are a sheet with a button of its own: choosing several must not close it.
  const isWide = window.matchMedia("(min-width: 52.01rem)");
  for (const field of form.elements) {
    const isFilter = field.type === "checkbox" || field.type === "number";
    if (field.name === "sort" || isFilter) {
      field.addEventListener("change", () => {
        if (field.name === "sort" || isWide.matches) form.requestSubmit();
      });
    }
  }

  // --- completions -----------------------------------------------------------------------------------

  const list = document.createElement("ul");
  list.id = "completions";
  list.className = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.label);
  list.hidden = true;
  const live = document.createElement("p");
  live.className = "hidden";
  live.setAttribute("role", "status");
  form.append(list, live);

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.autocomplete = "off";

  const DELAY = 120; // milliseconds without a key before we ask
  let options = [];
  let active = -1;
  let timer = 0;
  let pending = null; // the request under way; a newer one aborts it, so late answers never show
  let composing = false; // an input method is at work: half a syllable is no question, Enter is its own
  let asked = "";
  let typed = input.value; // what the visitor wrote; Esc and leaving the list bring it back

  const activate = (index) => {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options[active];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };

  const close = () => {
    activate(-1);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };

  const open = () => {
    if (!options.length) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };

  const choose = (option) => {
    input.value = option.dataset.text;
    close();
    form.requestSubmit();
  };

  const show = (suggestions) => {
    activate(-1);
    options = suggestions.map((suggestion, index) => {
      const option = document.createElement("li");
      option.id = `completion-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = suggestion.text;
      const text = document.createElement("bdi");
      text.textContent = suggestion.text;
      if (suggestion.language && suggestion.language !== "und") text.lang = suggestion.language;
      option.append(text);
      if (suggestion.language && suggestion.language !== "und") {
        const language = document.createElement("small");
        language.textContent = languageName(suggestion.language);
        option.append(language);
      }
      return option;
    });
    list.replaceChildren(...options);
    const { one, many, none } = input.dataset;
    live.textContent = options.length === 0 ? none : options.length === 1 ? one : many.replace("%d", options.length);
    if (options.length) open();
    else close();
  };

  const names = (() => {
    try {
      return new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
    } catch {
      return null;
    }
  })();
  const languageName = (code) => {
    try {
      return names?.of(code) ?? code;
    } catch {
      return code;
    }
  };

  const ask = async () => {
    const q = input.value.trim();
    if (q === asked) return open();
    pending?.abort();
    asked = q;
    if (!q) {
      options = [];
      return close();
    }
    pending = new AbortController();
    const { signal } = pending;
    try {
      const response = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(q)}&limit=8`, {
        signal,
        headers: { Accept: "application/json" },
      });
      if (!response.ok) return;
      const { suggestions } = await response.json();
      if (!signal.aborted && document.activeElement === input) show(suggestions);
    } catch {
      asked = signal.aborted ? asked : ""; // no network: completions are a comfort, not a need
    }
  };

  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, DELAY);
  };

  input.addEventListener("compositionstart", () => { composing = true; });
  input.addEventListener("compositionend", () => { composing = false; typed = input.value; later(); });
  input.addEventListener("input", () => {
    typed = input.value;
    activate(-1); // Enter means the text as it is now, not an option of the text before
    // Hangul is searched by half syllables too, so completions follow while the input method composes.
    if (!composing || /\p{Script=Hangul}/u.test(input.value)) later();
  });
  input.addEventListener("blur", () => { window.clearTimeout(timer); close(); });

  input.addEventListener("keydown", (event) => {
    if (composing || event.isComposing) return;
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) {
        if (event.altKey || options.length) open();
        else later();
        if (!event.altKey && options.length) activate(event.key === "ArrowDown" ? 0 : options.length - 1);
        return;
      }
      if (event.altKey && event.key === "ArrowUp") return close();
      // One step beyond either end is the text itself.
      const places = options.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      activate(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter") {
      if (isOpen && active >= 0) {
        event.preventDefault();
        choose(options[active]);
      }
    } else if (event.key === "Escape") {
      if (isOpen) {
        event.preventDefault();
        close();
        input.value = typed;
      }
    } else if (event.key === "Home" || event.key === "End") {
      // These move the cursor in the text, so the list lets go.
      activate(-1);
    } else if (event.key === "Tab") {
      close();
    }
  });

  // mousedown, not click: it comes before blur, which closes the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option && event.button === 0) choose(option);
  });
})();

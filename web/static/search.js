// Completions for the search box: ARIA APG, editable combobox with list autocomplete, manual selection.
// The page works without this file; nothing here decides what is found.
"use strict";

(() => {
  const form = document.getElementById("search");
  const input = document.getElementById("q");
  if (!form || !input) return;

  // An address without empty parameters is shorter to read and to share.
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      const isEmpty = field.name && !field.value && field !== input && field.type !== "hidden";
      if (isEmpty || (field.name === "sort" && field.value === "relevance")) field.disabled = true;
    }
  });
  // Coming back with the browser's button shows this very document again.
  window.addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });

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

  const DELAY = 120; // milliseconds without a key before we ask
  const MOST = 8;
  const pageLanguage = document.documentElement.lang;
  const DIGITS = { numberingSystem: "latn" }; // as the server writes them, and as years and fields have them
  const texts = JSON.parse(input.dataset.count); // plural category → text
  let options = [];
  let active = -1;
  let timer = 0;
  let pending = null; // the request under way; a newer one aborts it, so late answers never show
  let composing = false; // an input method is at work: half a syllable is no question, Enter is its own
  let asked = "";

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

  // Nothing that is under way may open the list again.
  const forget = () => {
    window.clearTimeout(timer);
    pending?.abort();
    asked = "";
    options = [];
    close();
  };

  const choose = (option) => {
    input.value = option.dataset.text;
    forget();
    form.requestSubmit();
  };

  const languageName = (() => {
    let names = null;
    try {
      names = new Intl.DisplayNames([pageLanguage], { type: "language" });
    } catch {
      // An old browser shows codes.
    }
    return (code) => {
      try {
        return names?.of(code) ?? code;
      } catch {
        return code;
      }
    };
  })();

  const count = (number) => {
    if (!number) return input.dataset.none;
    const category = new Intl.PluralRules(pageLanguage).select(number);
    return (texts[category] ?? texts.other).replace("{count}", number.toLocaleString(pageLanguage, DIGITS));
  };

  const optionOf = (suggestion, index) => {
    const option = document.createElement("li");
    option.id = `completion-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.text = suggestion.text;
    const text = document.createElement("bdi");
    text.dir = "auto";
    text.textContent = suggestion.text;
    option.append(text);
    if (suggestion.language && suggestion.language !== "und") {
      text.lang = suggestion.language;
      const language = document.createElement("small");
      language.textContent = languageName(suggestion.language);
      // A space, so that the two are two words to those who hear them.
      option.append(" ", language);
    }
    return option;
  };

  const show = (suggestions) => {
    activate(-1);
    options = suggestions.map(optionOf);
    list.replaceChildren(...options);
    live.textContent = count(options.length);
    if (options.length) open();
    else close();
  };

  const ask = async () => {
    const q = input.value.trim();
    if (q === asked) return open();
    if (!q) return forget();
    pending?.abort();
    asked = q;
    pending = new AbortController();
    const { signal } = pending;
    try {
      const address = `${input.dataset.suggest}?q=${encodeURIComponent(q)}&limit=${MOST}`;
      const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.statusText);
      const { suggestions } = await response.json();
      if (!signal.aborted && document.activeElement === input) show(suggestions);
    } catch {
      if (!signal.aborted) asked = ""; // completions are a comfort, not a need: the next key asks again
    }
  };

  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, DELAY);
  };

  input.addEventListener("compositionstart", () => { composing = true; });
  input.addEventListener("compositionend", () => { composing = false; later(); });
  input.addEventListener("input", () => {
    activate(-1); // Enter means the text as it is now, not an option of the text before
    if (!input.value.trim()) return forget();
    // Hangul is searched by half syllables too, so completions follow while the input method composes.
    if (!composing || /\p{Script=Hangul}/u.test(input.value)) later();
  });
  input.addEventListener("blur", () => { window.clearTimeout(timer); pending?.abort(); asked = ""; close(); });

  input.addEventListener("keydown", (event) => {
    // Some browsers end the composition before the key that ended it: 229 is "taken by the input method".
    if (composing || event.isComposing || event.keyCode === 229) return;
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (event.altKey && event.key === "ArrowUp") return close();
      if (!isOpen) {
        if (!options.length) return later();
        open();
        if (!event.altKey) activate(event.key === "ArrowDown" ? 0 : options.length - 1);
        return;
      }
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
      // First the list, then the text.
      event.preventDefault();
      if (isOpen) return close();
      input.value = "";
      forget();
    } else if (event.key === "Home" || event.key === "End") {
      activate(-1); // these move the cursor in the text, so the list lets go
    } else if (event.key === "Tab") {
      close();
    }
  });

  // mousedown, not click: it comes before blur, which closes the list. A finger that scrolls gives none.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option && event.button === 0) choose(option);
  });
})();

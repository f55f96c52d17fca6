// Filters that apply at once, a search in the values of a long facet, ranges drawn on a histogram.
// All of them are form fields and links that work without this file.
"use strict";

(() => {
  const form = document.getElementById("search");
  const side = document.getElementById("filters");
  if (!form || !side) return;

  const pageLanguage = document.documentElement.lang;
  const DIGITS = { numberingSystem: "latn" }; // as the server writes them, and as years and fields have them
  // On a narrow screen the filters are a sheet with a button of its own: choosing several must not close it.
  const isWide = window.matchMedia("(min-width: 52.01rem)");

  // --- applying at once, and coming back to the same place ---------------------------------------------

  const PLACE = "place";
  const store = (value) => {
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(value));
    } catch {
      // Without storage the page begins at its top.
    }
  };
  const apply = (field) => {
    store({ name: field.name, value: field.type === "checkbox" ? field.value : null, top: window.scrollY });
    form.requestSubmit();
  };
  try {
    const place = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
    const field = place && [...form.elements].find(
      (one) => one.name === place.name && (place.value === null || one.value === place.value),
    );
    if (field) {
      const details = field.closest("details");
      if (details) details.open = true;
      window.scrollTo(0, place.top);
      field.focus({ preventScroll: true });
    }
  } catch {
    // What somebody else stored there is none of ours.
  }

  side.addEventListener("change", (event) => {
    if (event.target.type === "checkbox" && event.target.form === form && isWide.matches) apply(event.target);
  });

  // A menu that is operated by keys changes with every arrow: it shows its button and waits for that.
  const sort = document.getElementById("sort");
  let isByKey = false;
  sort?.addEventListener("keydown", (event) => { if (event.key !== "Tab") isByKey = true; });
  sort?.addEventListener("pointerdown", () => { isByKey = false; });
  sort?.addEventListener("change", () => {
    if (isByKey) sort.closest(".sort").classList.add("waiting");
    else form.requestSubmit();
  });

  // --- searching in the values of a facet --------------------------------------------------------------

  const DELAY = 150; // milliseconds without a key before we ask
  const MOST = 20;

  const namesOf = (codes) => {
    const type = { language: "language", territory: "region" }[codes];
    let names = null;
    try {
      names = type && new Intl.DisplayNames([pageLanguage], { type });
    } catch {
      // An old browser shows what the server says.
    }
    return ({ value, label }) => {
      try {
        return names?.of(value) || label;
      } catch {
        return label;
      }
    };
  };

  for (const find of side.querySelectorAll("form.find")) {
    const facet = find.closest("fieldset");
    const input = find.elements.namedItem("prefix");
    const usual = [...facet.querySelectorAll("ul.choices, details")];
    const own = usual[0];
    const texts = JSON.parse(find.dataset.count);
    const label = namesOf(facet.dataset.codes);
    const name = own.querySelector("input").name;
    const found = document.createElement("ul");
    found.className = "choices found";
    found.hidden = true;
    const live = document.createElement("p");
    live.className = "answer hidden";
    live.setAttribute("role", "status");
    find.after(live, found);
    let timer = 0;
    let pending = null;

    const boxOf = (value) => [...facet.querySelectorAll("input[type=checkbox][name]")].find((one) => one.value === value);

    const showUsual = () => {
      pending?.abort();
      found.hidden = true;
      live.textContent = "";
      live.classList.add("hidden");
      for (const one of usual) one.hidden = false;
    };

    // Boxes found have no name: the form sends the box of the same value in the list below.
    const choice = (value) => {
      const row = document.createElement("li");
      const rowLabel = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.value = value.value;
      box.checked = boxOf(box.value)?.checked ?? false;
      const text = document.createElement("bdi");
      text.textContent = label(value);
      const number = document.createElement("span");
      number.className = "count";
      number.textContent = value.count.toLocaleString(pageLanguage, DIGITS);
      rowLabel.append(box, " ", text, " ", number);
      row.append(rowLabel);
      box.addEventListener("change", () => {
        let twin = boxOf(box.value);
        if (!twin) {
          const copy = row.cloneNode(true);
          twin = copy.querySelector("input");
          twin.name = name;
          twin.setAttribute("form", form.id);
          own.append(copy);
        }
        twin.checked = box.checked;
        if (isWide.matches) apply(twin);
      });
      return row;
    };

    const show = (values) => {
      found.replaceChildren(...values.map(choice));
      found.hidden = false;
      for (const one of usual) one.hidden = true;
      const category = new Intl.PluralRules(pageLanguage).select(values.length);
      live.textContent = values.length
        ? (texts[category] ?? texts.other).replace("{count}", values.length.toLocaleString(pageLanguage, DIGITS))
        : find.dataset.none;
      live.classList.toggle("hidden", values.length > 0);
    };

    const ask = async () => {
      const prefix = input.value.trim();
      pending?.abort();
      if (!prefix) return showUsual();
      pending = new AbortController();
      const { signal } = pending;
      const query = new URLSearchParams(side.dataset.query);
      query.set("prefix", prefix);
      query.set("limit", MOST);
      try {
        const response = await fetch(`${find.dataset.values}?${query}`, {
          signal,
          headers: { Accept: "application/json" },
        });
        if (!response.ok) return;
        const { values } = await response.json();
        if (!signal.aborted) show(values);
      } catch {
        // No network: Enter asks for the page of this facet.
      }
    };

    let composing = false;
    const later = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, DELAY);
    };
    input.addEventListener("compositionstart", () => { composing = true; });
    input.addEventListener("compositionend", () => { composing = false; later(); });
    input.addEventListener("input", () => { if (!composing || !input.value) later(); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing && input.value) {
        event.preventDefault();
        input.value = "";
        showUsual();
      }
    });
  }

  // --- a range drawn on a histogram --------------------------------------------------------------------

  for (const chart of side.querySelectorAll(".bars")) {
    const facet = chart.closest("fieldset");
    const [low, high] = facet.querySelectorAll("input[type=number]");
    const bars = [...chart.querySelectorAll("a")];
    const before = bars.map((bar) => bar.classList.contains("chosen"));
    const NEAR = 12; // pixels from an end of the chosen range, within which that end is taken hold of
    let anchor = null; // the bar where the drag began, or the other end of the range that is changed

    const barAt = (x) => {
      const distance = (bar) => {
        const box = bar.getBoundingClientRect();
        return Math.max(box.left - x, x - box.right, 0);
      };
      return bars.reduce((best, bar) => (distance(bar) < distance(best) ? bar : best));
    };
    const choose = (one, other) => {
      const [first, last] = [bars.indexOf(one), bars.indexOf(other)].sort((a, b) => a - b);
      bars.forEach((bar, index) => bar.classList.toggle("chosen", index >= first && index <= last));
      low.value = bars[first].dataset.range.split("..")[0];
      high.value = bars[last].dataset.range.split("..")[1];
    };
    const anchorFor = (x) => {
      const chosen = bars.filter((bar) => bar.classList.contains("chosen"));
      if (chosen.length > 1 && chosen.length < bars.length) {
        const [first, last] = [chosen[0], chosen.at(-1)];
        const isMirrored = first.getBoundingClientRect().left > last.getBoundingClientRect().left;
        const start = first.getBoundingClientRect()[isMirrored ? "right" : "left"];
        const end = last.getBoundingClientRect()[isMirrored ? "left" : "right"];
        if (Math.abs(x - start) < NEAR) return last;
        if (Math.abs(x - end) < NEAR) return first;
      }
      return barAt(x);
    };

    chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey) return;
      anchor = anchorFor(event.clientX);
      chart.setPointerCapture(event.pointerId);
      choose(anchor, barAt(event.clientX));
    });
    chart.addEventListener("pointermove", (event) => {
      if (anchor) choose(anchor, barAt(event.clientX));
    });
    chart.addEventListener("pointerup", () => {
      if (!anchor) return;
      anchor = null;
      if (isWide.matches) apply(low);
    });
    // The finger went up or down: the page scrolls, and nothing was chosen.
    chart.addEventListener("pointercancel", () => {
      anchor = null;
      low.value = low.defaultValue;
      high.value = high.defaultValue;
      bars.forEach((bar, index) => bar.classList.toggle("chosen", before[index]));
    });
    // Dragging has answered already; a link opened in a new tab is still a link.
    chart.addEventListener("click", (event) => {
      if (!event.ctrlKey && !event.metaKey) event.preventDefault();
    });
    chart.addEventListener("dragstart", (event) => event.preventDefault());
  }
})();

// An InstantSearch page as a site might have it. Bundled by the tests, with the library under test as
// "instant-meilisearch".

import { instantMeiliSearch } from "instant-meilisearch";
import instantsearch from "instantsearch.js";
import {
  clearRefinements,
  configure,
  currentRefinements,
  hits,
  pagination,
  rangeInput,
  refinementList,
  searchBox,
  sortBy,
  stats,
} from "instantsearch.js/es/widgets";

const { host, apiKey, finite } = window.settings;
const made = instantMeiliSearch(host, apiKey, { finitePagination: finite, keepZeroFacets: false });
const search = instantsearch({ indexName: "films", searchClient: made.searchClient ?? made });
search.addWidgets([
  searchBox({ container: "#box" }),
  stats({ container: "#stats" }),
  configure({ hitsPerPage: 4, attributesToSnippet: ["text:8"] }),
  refinementList({ container: "#genre", attribute: "genre", operator: "or", searchable: true }),
  refinementList({ container: "#country", attribute: "country", operator: "and" }),
  rangeInput({ container: "#year", attribute: "year" }),
  sortBy({
    container: "#sort",
    items: [
      { label: "Best", value: "films" },
      { label: "Newest", value: "films:year:desc" },
      { label: "Title", value: "films:title:asc" },
    ],
  }),
  hits({
    container: "#hits",
    templates: {
      item: (hit, { html, components }) => html`<article data-id="${hit.id}">
        <h2>${components.Highlight({ hit, attribute: "title" })}</h2>
        <p>${components.Snippet({ hit, attribute: "text" })}</p>
        <i>${hit.year}</i>
      </article>`,
    },
  }),
  pagination({ container: "#pages" }),
  currentRefinements({ container: "#current" }),
  clearRefinements({ container: "#clear" }),
]);
search.on("render", () => {
  document.body.dataset.renders = String(Number(document.body.dataset.renders ?? 0) + 1);
});
search.on("error", ({ error }) => {
  document.body.dataset.error = String(error);
});
search.start();

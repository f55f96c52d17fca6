// Makes the calls that standard input lists with Meilisearch's JavaScript client, and writes what came of each.
//
//   node calls.mjs PACKAGE HOST [KEY] < calls.json
//
// calls.json: {name: [target, method, ...arguments]}, where target is "client" or the uid of an index.

import { readFileSync } from "node:fs";

const [name, host, apiKey] = process.argv.slice(2);
const library = await import(name);
const MeiliSearch = library.MeiliSearch ?? library.Meilisearch;
const client = new MeiliSearch({ host, apiKey });
const answers = {};
for (const [call, [target, method, ...parts]] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  const asked = target === "client" ? client : client.index(target);
  try {
    answers[call] = { answer: await asked[method](...parts) };
  } catch (error) {
    const { code, type, link, message } = error.cause ?? error;
    answers[call] = { error: { code, type, link, message, status: error.response?.status ?? error.httpStatus } };
  }
}
console.log(JSON.stringify(answers));

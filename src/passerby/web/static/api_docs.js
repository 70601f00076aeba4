// The routes of the API, made of its own description: what each takes and gives, and who may ask it.

import { API } from "./api.js";
import { at, make, trying } from "./page.js";
import { t } from "./words.js";

/**
 * @typedef {{$ref?: string, type?: string, format?: string, enum?: unknown[], const?: unknown, default?: unknown, examples?: unknown[],
 *   description?: string, items?: Schema, properties?: Record<string, Schema>, anyOf?: Schema[], allOf?: Schema[]}} Schema
 * @typedef {{content?: Record<string, {schema?: Schema}>, description?: string}} Body
 * @typedef {{name: string, in: string, required?: boolean, description?: string, schema: Schema}} Parameter
 * @typedef {{operationId: string, summary: string, description: string, tags: string[], parameters?: Parameter[],
 *   requestBody?: Body, responses: Record<string, Body>, security: Record<string, string[]>[]}} Operation
 * @typedef {{info: {description: string}, tags: {name: string, description: string}[],
 *   paths: Record<string, Record<string, Operation>>, components: {schemas: Record<string, Schema>}}} Description
 */

const DEEPEST = 6; // levels of an example

trying(async () => {
  /** @type {Description} */
  const told = await (await fetch(`${API}/openapi.json`)).json();
  at("api-about").textContent = told.info.description.replaceAll("`", "");
  const routes = Object.entries(told.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
  const groups = told.tags.map((tag) => groupOf(tag, routes.filter((route) => route.operation.tags[0] === tag.name), told)).filter((group) => group !== null);
  at("api-routes").replaceChildren(...groups);
  at("api-routes").removeAttribute("aria-busy");
  at("api-find").addEventListener("input", () => narrow(at("api-find").value.trim().toLowerCase()));
});

/** @param {string} words */
function narrow(words) {
  let shown = 0;
  for (const group of at("api-routes").querySelectorAll("section")) {
    let ofGroup = 0;
    for (const route of group.querySelectorAll("details")) {
      route.hidden = !route.dataset.words?.includes(words);
      ofGroup += Number(!route.hidden);
    }
    group.hidden = !ofGroup;
    shown += ofGroup;
  }
  at("api-none").hidden = shown > 0;
}

/** @typedef {{path: string, method: string, operation: Operation}} Route */

/**
 * @param {{name: string, description: string}} tag
 * @param {Route[]} routes
 * @param {Description} told
 */
function groupOf(tag, routes, told) {
  if (!routes.length) return null;
  return make("section", {}, make("h2", {}, tag.name), make("p", { class: "quiet" }, tag.description), ...routes.map((route) => routeOf(route, told)));
}

/**
 * A route; what it takes and gives is made when it is opened.
 * @param {Route} route
 * @param {Description} told
 */
function routeOf({ path, method, operation }, told) {
  const place = make("div", { class: "told" });
  const words = `${method} ${path} ${operation.operationId} ${operation.description}`.toLowerCase();
  const part = make("details", { id: operation.operationId, dataset: { words } },
    make("summary", {}, make("span", { class: "method" }, method), make("code", {}, path), make("span", { class: "quiet" }, operation.summary)), place);
  part.addEventListener("toggle", () => part.open && !place.hasChildNodes() && place.append(...partsOf(operation, told)));
  return part;
}

/**
 * @param {Operation} operation
 * @param {Description} told
 */
function partsOf(operation, told) {
  const answers = Object.entries(operation.responses).filter(([status]) => !status.endsWith("XX"));
  return [
    make("p", {}, operation.description.replaceAll("`", "")),
    make("p", { class: "quiet" }, asker(operation.security)),
    ...(operation.parameters?.length ? [parametersOf(operation.parameters)] : []),
    ...(operation.requestBody ? [make("h3", {}, t("What it takes")), ...bodyOf(operation.requestBody, told)] : []),
    make("h3", {}, t("What it answers")),
    ...answers.flatMap(([status, body]) => [make("p", {}, make("strong", {}, status), ` ${body.description ?? ""}`), ...bodyOf(body, told)]),
  ];
}

/** @param {Record<string, string[]>[]} security */
function asker(security) {
  const scope = security.find((each) => "token" in each)?.token?.[0];
  if (scope) return t("Asks for the scope {scope}.", { scope });
  return security.some((each) => "session" in each) && !security.some((each) => !Object.keys(each).length) ? t("Asks for somebody who has logged in.") : t("Anybody may ask.");
}

/** @param {Parameter[]} parameters */
function parametersOf(parameters) {
  const rows = parameters.map((each) => make("tr", {}, make("td", {}, make("code", {}, each.name)), make("td", {}, each.in), make("td", {}, kindOf(each.schema)),
    make("td", {}, each.required ? t("needed") : each.schema.default === undefined ? "" : JSON.stringify(each.schema.default)), make("td", {}, each.description ?? each.schema.description ?? "")));
  const head = [t("Parameter"), t("Where"), t("Kind"), t("If left out"), t("What it is")].map((text) => make("th", { scope: "col" }, text));
  return make("div", { class: "wide" }, make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)));
}

/** @param {Schema} schema */
function kindOf(schema) {
  if (schema.enum) return schema.enum.join(" | ");
  return schema.anyOf ? schema.anyOf.map((each) => each.type ?? "").join(" | ") : schema.type ?? "";
}

/**
 * @param {Body} body
 * @param {Description} told
 */
function bodyOf(body, told) {
  return Object.entries(body.content ?? {}).map(([kind, { schema }]) =>
    kind === "application/json" && schema ? make("pre", { tabindex: 0, "aria-label": t("An example") }, JSON.stringify(exampleOf(schema, told, 0), null, 1)) : make("p", {}, make("code", {}, kind)));
}

/**
 * What a document of that kind may look like.
 * @param {Schema} schema
 * @param {Description} told
 * @param {number} depth
 * @returns {unknown}
 */
function exampleOf(schema, told, depth) {
  if (depth > DEEPEST) return "…";
  if (schema.$ref) return exampleOf(told.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, told, depth + 1);
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const chosen = (schema.anyOf ?? schema.allOf)?.[0];
  if (chosen) return exampleOf(chosen, told, depth);
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, exampleOf(each, told, depth + 1)]));
  if (schema.type === "array") return schema.items ? [exampleOf(schema.items, told, depth + 1)] : [];
  if (schema.default !== undefined) return schema.default;
  return { string: "", integer: 0, number: 0, boolean: false, object: {}, null: null }[schema.type ?? "object"] ?? {};
}

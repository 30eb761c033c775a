import { type Html, html, prose } from './html.ts';
import type { OpenApi, Operation } from './open-api.ts';
import { operationSection } from './operation-section.ts';

type Listed = readonly [route: string, operation: Operation];

/** Makes a page of an OpenAPI document: its operations by tag, and a list that leads to each. It has no script. */
export function renderApi(document: OpenApi): string {
  const { info, tags = [], paths } = document;
  const all: readonly Listed[] = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
  const named = tags.map(({ name, description = '' }) => {
    const those = all.filter(([, { tags: of = [] }]) => of.includes(name));
    return { name, description, those };
  });
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>The API · Cistern</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="app.css">
</head>
<body>
<header class="top"><a class="brand" href="./">Cistern</a><span class="muted">The API, version ${info.version}</span></header>
<main>
<div class="view-head"><div class="view-title"><h1>The API</h1><a href="openapi.json">openapi.json</a></div></div>
${info.description === undefined ? undefined : html`<p class="charts-note">${prose(info.description)}</p>`}
<nav class="panel api-list" aria-label="Operations">${named.map(tag => list(tag.name, tag.those))}</nav>
${named.map(
  ({ name, description, those }) =>
    html`<section class="api-tag" aria-label="${name}"><h2>${name}</h2><p class="muted">${prose(description)}</p>
${those.map(([route, operation]) => operationSection(route, operation, document))}</section>`,
)}
</main>
</body>
</html>
`;
  return page.text;
}

const list = (name: string, those: readonly Listed[]): Html =>
  html`<div><strong>${name}</strong><ul>${those.map(
    ([route, { operationId = route, summary = '' }]) =>
      html`<li><a href="#${operationId}"><code>${route}</code></a> <span class="muted">${summary}</span></li>`,
  )}</ul></div>`;

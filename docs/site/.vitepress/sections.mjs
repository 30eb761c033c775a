/** Links from the pages to files of the repository that are no pages. */
export const OUTSIDE = /^(?:\.\/)?(?:\.\.\/)+(?:examples|lib|functions|test|README|CHANGELOG|CONTRIBUTING)/;

/** The site's pages in the order of its sidebar: title and path. `llms.txt` has the same order. */
export const SECTIONS = [
  {
    text: 'Start',
    pages: [
      ['Getting started', 'getting-started'],
      ['Testing', 'testing'],
      ['TypeScript and module systems', 'typescript'],
      ['Glossary', 'glossary'],
    ],
  },
  {
    text: 'Recipes',
    pages: [
      ['All recipes', 'recipes/index'],
      ['Write to S3', 'recipes/s3'],
      ['Insert into PostgreSQL', 'recipes/postgresql'],
      ['Post to webhooks', 'recipes/webhooks'],
      ['Analytics events', 'recipes/analytics'],
      ['Debounce', 'recipes/debounce'],
      ['Coalescing updates', 'recipes/coalescing'],
      ['Request and reply', 'recipes/request-and-reply'],
      ['Producers in Python and Go', 'recipes/other-languages'],
      ['A browser that adds', 'recipes/browser'],
      ['Fair shares for tenants', 'recipes/tenants'],
    ],
  },
  {
    text: 'Run it',
    pages: [
      ['Deploying', 'deploying'],
      ['Bundling', 'bundling'],
      ['Operations', 'operations'],
      ['The dashboard', 'dashboard'],
      ['The command line', 'cli'],
      ['Upgrading', 'upgrading'],
      ['What it costs', 'cost'],
      ['Performance', 'performance'],
    ],
  },
  {
    text: 'Reference',
    pages: [
      ['Options', 'options'],
      ['Errors by code', 'errors'],
      ['Events', 'events'],
      ['The states of a job', 'job-states'],
      ['API: cistern', 'api/lib/index'],
      ['API: cistern/local', 'api/local'],
      ['API: cistern/cdk', 'api/infra'],
    ],
  },
  {
    text: 'Promises',
    pages: [
      ['What is promised', 'semantics'],
      ['How we know', 'promises'],
      ['Threat model', 'threat-model'],
      ['Rights', 'rights'],
    ],
  },
  {
    text: 'Inside',
    pages: [['An item’s life', 'walk']],
  },
  {
    text: 'Coming from',
    pages: [
      ['Compared with other services', 'compared'],
      ['OqronKit', 'coming-from-oqronkit'],
      ['BullMQ', 'coming-from-bullmq'],
      ['A hand-written buffer', 'coming-from-a-buffer'],
    ],
  },
];

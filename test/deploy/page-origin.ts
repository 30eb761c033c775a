/** Pages of this origin may call the deployment's HTTP API. */
export const PAGE_ORIGIN = 'https://www.example.com';

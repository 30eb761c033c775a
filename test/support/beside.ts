import type { Local } from 'cistern/local';
import { Deployment } from '#lib/deployment/deployment';

/** A local stack's deployment as another process has it: they share what is stored, and nothing else. */
export function beside({ deployment }: Local): Deployment {
  const { store, queues, clock, warn } = deployment.services;
  const settings = { deployment: deployment.services.deployment, queueUrlBase: 'http://127.0.0.1/' };
  return new Deployment(settings, { services: { store, queues, clock, warn } });
}

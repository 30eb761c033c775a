import { loadDefinitions } from '#loader/load-definitions';

/** Loads the definitions of a module, and says which there are, or what is wrong, as JSON. */
const [, , module = ''] = process.argv;
try {
  const definitions = await loadDefinitions(module);
  console.log(JSON.stringify({ names: definitions.map(({ name }) => name) }));
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  console.log(JSON.stringify({ code, message }));
}

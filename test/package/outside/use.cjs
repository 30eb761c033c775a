const { batch, DefinitionError } = require('cistern');
const { startLocal } = require('cistern/local');
const { Cistern } = require('cistern/cdk');

const options = { maxSize: 2, maxWaitMs: 60_000 };
const required = batch({
  ...options,
  name: 'required',
  handler: ({ batch: items }) => console.log(`from CommonJS ${items.map(({ n }) => n).join()}`),
});

async function use() {
  // a process that has loaded the package as ES modules too
  const modules = await import('cistern');
  const imported = modules.batch({
    ...options,
    name: 'imported',
    handler: ({ batch: items }) => console.log(`from an ES module ${items.map(({ n }) => n).join()}`),
  });
  const local = await startLocal({ batches: [required, imported], port: 0 });
  await required.waitFor((await required.addBulk([{ n: 1 }, { n: 2 }]))[0]);
  await imported.add({ n: 3 });
  await imported.flush();
  await local.stop();
  try {
    modules.batch({ ...options, maxSize: 0, name: 'wrong', handler: () => {} });
  } catch (error) {
    console.log(`the same errors ${error instanceof DefinitionError && typeof Cistern === 'function'}`);
  }
}

void use();

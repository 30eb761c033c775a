/** Runs a deployed function's bundle as Lambda does: one event after the other, each with its context. */
const { handler } = await import(process.argv[2]);
process.on('message', async ({ event, context }) => {
  try {
    process.send({ result: await handler(event, { ...context, getRemainingTimeInMillis: () => 60_000 }) });
  } catch (error) {
    process.send({ thrown: `${error.name}: ${error.message}` });
  }
});
process.once('disconnect', () => process.exit());
process.send('ready');

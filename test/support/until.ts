/** Waits for what will come true by itself; rejects, saying what it waited for, when it has not in so long. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  ms = 60_000,
  everyMs = 10,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Waited ${ms} ms in vain until ${what}.`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}

import { headKey, jobKey } from '#lib/store/keys';
import { slotsKey } from '#lib/store/slots-key';
import type { Table } from '#lib/store/table-port';
import { tableStore } from '#lib/store/table-store';
import { schemaContract } from './schema-contract.ts';
import { storeContract } from './store-contract.ts';
import { NOW, type StoreUnderTest } from './store-under-test.ts';

/** Runs the contract of a store over a table. */
export function tableContract(name: string, getTable: () => Table): void {
  let underTest: StoreUnderTest | undefined;
  storeContract(name, () => {
    underTest ??= toStoreUnderTest(getTable());
    return underTest;
  });
  schemaContract(name, getTable);
}

function toStoreUnderTest(table: Table): StoreUnderTest {
  const clock = { now: NOW };
  const toMs = (seconds: unknown): number => Number(seconds) * 1_000;
  return {
    store: tableStore(table, () => clock.now),
    clock,
    async windowExpiries(job) {
      const { pk, sk } = jobKey(job);
      const found = await table.partition(pk, ['sk', 'expires']);
      return found.filter(record => record['sk'] !== sk).map(({ expires }) => toMs(expires));
    },
    async jobRecord(id) {
      return (await table.get(jobKey(id))) ?? {};
    },
    async headExpiry(buffer) {
      const { expires } = (await table.get(headKey(buffer))) ?? {};
      return expires === undefined ? undefined : toMs(expires);
    },
    async slotsExpiry(scope) {
      const { expires } = (await table.get(slotsKey(scope, 0))) ?? {};
      return expires === undefined ? undefined : toMs(expires);
    },
  };
}

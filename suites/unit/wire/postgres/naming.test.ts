/** What statements are called. */
import { expect, test } from 'vitest';
import { createNaming, isChosen, nameOfSql } from '../../../../harness/wire/postgres/naming.ts';

test.each([
  ['insert into orders (id) values (1)', 'INSERT orders', true],
  ['INSERT INTO "shop"."Orders" values (1)', 'INSERT shop.Orders', true],
  ['with a as (insert into inbox values ($1) returning 1) select * from a', 'INSERT inbox', true],
  ["-- delete from x\nselect 'insert into y' from things where id = $1", 'SELECT things', false],
  ['/* update z set a = 1 */ select 1', 'SELECT', false],
  ['update only stock as s set n = 1', 'UPDATE stock', true],
  ['select a from stock for update of stock', 'SELECT stock', false],
  ['delete from outbox where id = any($1)', 'DELETE outbox', true],
  ['merge into t using s on true when matched then delete', 'MERGE t', true],
  ['commit', 'COMMIT', true],
  ['END', 'COMMIT', true],
  ['start transaction isolation level serializable', 'BEGIN', false],
  ['begin; insert into a values (1); commit', 'INSERT a', true],
  ['rollback to savepoint x', 'ROLLBACK', false],
  ['create table if not exists things (id int)', 'CREATE things', true],
  ['create unique index concurrently if not exists i on t (a)', 'CREATE i', true],
  ['truncate table only_one', 'TRUNCATE only_one', true],
  ['set statement_timeout = 5', 'SET', false],
  ['select pg_sleep(1)', 'SELECT', false],
  ['do $$ begin insert into a values (1); end $$', 'DO', false],
  ['', 'EMPTY', false],
  ['\0\u2603', 'EMPTY', false],
])('%j is called %s', (text, sql, writes) => {
  expect(nameOfSql(text)).toEqual({ sql, writes });
});

test('a name that a person chose is the name; one that a driver made is not', () => {
  expect(['order-place', 'orderPlace', 'outbox_sent'].every(isChosen)).toBe(true);
  expect(['', 'S_1', '__asyncpg_stmt_4__', 'stmtcache_1f', '_pg3_0', 'pdo_stmt_00000001'].some(isChosen)).toBe(false);
  const naming = createNaming();
  expect(naming.ofText('insert into a values (1)', 'S_1').operation).toBe('INSERT a');
  expect(naming.ofText('insert into a values (1)', 'a-put')).toEqual({
    operation: 'a-put',
    sql: 'INSERT a',
    writes: true,
  });
});

test('a text of megabytes is named quickly', () => {
  const from = performance.now();
  nameOfSql(`insert into t values ${"('x'),".repeat(500_000)}`);
  nameOfSql(`select ${'('.repeat(1_000_000)}`);
  nameOfSql("'".repeat(1_000_000));
  expect(performance.now() - from).toBeLessThan(500);
});

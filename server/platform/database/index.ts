export * from './arrays.ts';
export {
  type Connection,
  createDatabase,
  type Database,
  type DatabaseOptions,
  isDataError,
  joined,
  type Sql,
  type Transactor,
} from './database.ts';
export { type Migration, migrate } from './migrate.ts';
export { Settled, type Snapshot, SQL_SNAPSHOT } from './settled.ts';

import type { QueryResult, QueryResultRow } from 'pg'
import type { Queryable } from './pool.ts'

export type PreparedQuery = {
  /** Of the prepared statement, on each connection that is asked: one text a name. */
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}

/**
 * invalid_sql_statement_name, duplicate_prepared_statement, and feature_not_supported, with which PostgreSQL says that a prepared
 * statement would now answer other types. Each comes before anything is carried out.
 */
const unprepared = new Set(['26000', '42P05', '0A000'])

/**
 * Asks by a prepared statement, which spares PostgreSQL the planning. Where the connection does not know it any more (a pooler that
 * changes servers in between, a table that was replaced by one with other columns), the question is asked as a whole. Not for use
 * inside a transaction: the first answer would have ended it.
 */
export const queryPrepared = async <Row extends QueryResultRow>(
  database: Queryable,
  { name, text, values }: PreparedQuery,
): Promise<QueryResult<Row>> => {
  try {
    return await database.query<Row>({ name, text, values })
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    if (typeof code !== 'string' || !unprepared.has(code)) throw error
    return database.query<Row>(text, values)
  }
}

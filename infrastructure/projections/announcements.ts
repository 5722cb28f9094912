/** Where PostgreSQL's NOTIFY says that read tables have moved, and how far. */
export const readTablesChannel = 'read_tables'

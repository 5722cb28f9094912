import type { Knex } from 'knex'

/** What each process may do in the database: `docs/operations/stores-and-secrets.md` says how a login comes to one of these roles. */
const roles = ['shop_read_api', 'shop_projections', 'shop_processors']

/** Tables of the processors alone, beside those of their projections, which they make themselves. */
const ofProcessors = [
  'attempts',
  'attempts_homes',
  'dead_letter_audit',
  'dead_letter_claims',
  'dead_letter_verdicts',
  'handling_attempts',
  'reconciliation_sweeps',
]
/** Of all who fold events into tables. */
const ofProjections = ['projection_checkpoints', 'projection_failures']

const listed = (names: readonly string[]): string => names.join(', ')

/**
 * The roles are made where this user may, and given what they need where they are there: with one user for everything, nothing changes.
 * Somebody else may make them later and `select grant_to_roles()` then. Read tables have no line here: who makes a table owns it, and the
 * read API is given those that `shop_projections` makes.
 */
export const up = async (knex: Knex): Promise<void> => {
  for (const role of roles) {
    // Roles belong to the whole cluster: another database's migrations may make them at this moment.
    await knex.raw(`
      do $$ begin
        create role ${role} nologin;
      exception when duplicate_object or unique_violation or insufficient_privilege then null;
      end $$
    `)
  }
  await knex.raw(`
    create function grant_to_roles() returns setof text language plpgsql as $$
    declare
      role text;
    begin
      for role in select rolname from pg_roles where rolname in (${listed(roles.map((name) => `'${name}'`))}) order by rolname loop
        execute format('grant usage on schema %I to %I', current_schema(), role);
        execute format('grant select on migrations, ${listed(ofProjections)} to %I', role);
        if role in ('shop_projections', 'shop_processors') then
          execute format('grant create on schema %I to %I', current_schema(), role);
          execute format('grant insert, update, delete on ${listed(ofProjections)} to %I', role);
        end if;
        if role = 'shop_processors' then
          execute format('grant select, insert, update, delete on ${listed(ofProcessors)} to %I', role);
        end if;
        return next role;
      end loop;
    end $$
  `)
  await knex.raw('select grant_to_roles()')
}

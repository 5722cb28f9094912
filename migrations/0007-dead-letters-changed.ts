import type { Knex } from 'knex'

/** In which transaction a verdict was last written: whoever follows the dead letters asks only for what was written since he last looked. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw('alter table dead_letter_verdicts add column changed_in xid8 not null default pg_current_xact_id()')
  // By a trigger and not by the statements: a process of the release before, and a person, write it too.
  await knex.raw(`
    create function dead_letter_verdict_changed() returns trigger language plpgsql as $$
    begin
      new.changed_in := pg_current_xact_id();
      return new;
    end $$
  `)
  await knex.raw(`
    create trigger changed_in before insert or update on dead_letter_verdicts
    for each row execute function dead_letter_verdict_changed()
  `)
  await knex.raw('create index dead_letter_verdicts_changed on dead_letter_verdicts (group_name, changed_in)')
  // Next to nothing is in it: of all that was ever settled, what only an earlier release has written down.
  await knex.raw(`
    create index dead_letter_verdicts_undescribed on dead_letter_verdicts (group_name, number)
    where settled_at is not null and letter is null
  `)
}

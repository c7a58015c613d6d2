import { type Kysely, sql } from "kysely";

/**
 * Counting a try and refusing it are one step, before anything is decided. What came first, a lockout or a code, is said
 * by one sequence: no clock is asked, neither an instance's nor the test clock.
 */
const STATEMENTS: readonly string[] = [
  `create sequence try_order`,
  `create table wrong_tries (
     caller text primary key,
     since timestamptz not null,
     tries int not null,
     last_at timestamptz not null,
     -- The place, in the order of tries and codes, at which the caller came to its last try; null while it has tries left.
     locked_number bigint
   )`,
  `create table pairing_codes (
     code_id text primary key,
     number bigint not null default nextval('try_order'),
     tries int not null default 0,
     created_at timestamptz not null default now()
   )`,

  // A caller that is locked out has one try for each code that is issued later.
  `create table spare_tries (
     caller text not null,
     code_id text not null,
     created_at timestamptz not null default now(),
     primary key (caller, code_id)
   )`,
  `create function count_try(p_caller text, p_most int, p_now timestamptz, p_since timestamptz)
   returns wrong_tries language sql volatile as $$
     insert into wrong_tries as w (caller, since, tries, last_at) values (p_caller, p_now, 1, p_now)
     on conflict (caller) do update set
       tries = case when w.since > p_since then least(w.tries, 1000000) + 1 else 1 end,
       since = case when w.since > p_since then w.since else p_now end,
       last_at = p_now,
       locked_number = case
         when w.since > p_since and w.tries + 1 >= p_most then coalesce(w.locked_number, nextval('try_order'))
       end
     returning w.*
   $$`,

  // A try that was right counts for nothing.
  `create function give_back_try(p_caller text, p_most int) returns void language sql volatile as $$
     update wrong_tries set
       tries = greatest(tries - 1, 0),
       locked_number = case when tries - 1 >= p_most then locked_number end
     where caller = p_caller
   $$`,

  // p_code: the code that could be guessed, null where there is none; p_code_tries: what its stream knows of tries.
  // Rows are locked in one order: caller, code, everybody, code's count.
  `create function take_pairing_try(
     p_caller text, p_most int, p_everybody text, p_most_of_all int,
     p_code text, p_code_tries int, p_most_of_code int, p_now timestamptz, p_since timestamptz
   ) returns table (outcome text, since timestamptz) language plpgsql volatile as $$
   #variable_conflict use_column
   declare
     own wrong_tries;
     everybody wrong_tries;
     code_number bigint;
     spare timestamptz;
   begin
     own := count_try(p_caller, p_most, p_now, p_since);
     if p_code is not null then
       insert into pairing_codes (code_id, number) values (p_code, 0) on conflict do nothing;
       select c.number into code_number from pairing_codes c where c.code_id = p_code;
     end if;
     if own.tries > p_most then
       spare := own.since;
       if coalesce(code_number, 0) <= own.locked_number then
         return query select 'BLOCKED', spare;
         return;
       end if;
       insert into spare_tries (caller, code_id) values (p_caller, p_code) on conflict do nothing;
       if not found then
         return query select 'BLOCKED', spare;
         return;
       end if;
     end if;
     everybody := count_try(p_everybody, p_most_of_all, p_now, p_since);
     if everybody.tries > p_most_of_all then
       if coalesce(code_number, 0) <= everybody.locked_number then
         return query select 'BLOCKED', greatest(spare, everybody.since);
         return;
       end if;
       if spare is null then
         spare := everybody.since;
         insert into spare_tries (caller, code_id) values (p_caller, p_code) on conflict do nothing;
         if not found then
           return query select 'BLOCKED', spare;
           return;
         end if;
       end if;
     end if;
     if p_code is not null then
       update pairing_codes c set tries = greatest(c.tries, p_code_tries) + 1
       where c.code_id = p_code and greatest(c.tries, p_code_tries) < p_most_of_code;
       if not found then
         return query select 'LOCKED', spare;
         return;
       end if;
     end if;
     return query select 'ADMITTED', spare;
   end $$`,
  `create function give_back_pairing_try(
     p_caller text, p_most int, p_everybody text, p_most_of_all int, p_code text
   ) returns void language sql volatile as $$
     select give_back_try(p_caller, p_most);
     delete from spare_tries where caller = p_caller and code_id = p_code;
     select give_back_try(p_everybody, p_most_of_all);
     update pairing_codes set tries = greatest(tries - 1, 0) where code_id = p_code;
   $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

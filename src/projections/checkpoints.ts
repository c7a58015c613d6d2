import type { ClientBase, Pool } from "pg";
import { type Position, START } from "../eventlog/log.ts";
import type { Projection } from "./projection.ts";

/** How far a projection's tables are, and what stopped it. */
export interface Checkpoint {
  readonly name: string;
  readonly version: number;
  readonly position: Position;
  /** How far new tables are that are built to take their place; null when none are. */
  readonly building: Position | null;
  readonly error: string | null;
}

export interface Move {
  readonly name: string;
  /** Of the fold that moves it. */
  readonly version: number;
  readonly from: Position;
  readonly to: Position;
  /** Why it goes no further; null if it does. */
  readonly error: string | null;
}

/** Someone else has moved a checkpoint: what was applied on top of the old one must not stand. */
export class CheckpointMovedError extends Error {
  override readonly name = "CheckpointMovedError";
}

/** A projection that has no checkpoint yet begins at the start of the log. */
export async function createCheckpoints(pool: Pool, projections: readonly Projection[]): Promise<void> {
  await pool.query(
    `insert into checkpoints (name, version, position)
     select name, version, $3 from unnest($1::text[], $2::int[]) new(name, version)
     on conflict (name) do nothing`,
    [projections.map(({ name }) => name), projections.map(({ version }) => version), START],
  );
}

export async function readCheckpoints(source: ClientBase | Pool): Promise<ReadonlyMap<string, Checkpoint>> {
  const { rows } = await source.query<Checkpoint>(
    "select name, version, position, building, error from checkpoints",
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** @throws CheckpointMovedError unless every one of them stood where it is moved from */
export async function moveCheckpoints(client: ClientBase, moves: readonly Move[]): Promise<void> {
  const { rowCount } = await client.query(
    `update checkpoints c
     set position = m.to_position, error = m.error, moved_at = clock_timestamp(),
         failed_at = case when m.error is not null then clock_timestamp() end
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
       m(name, from_position, to_position, error, version)
     where c.name = m.name and c.version = m.version and c.position = m.from_position`,
    [
      moves.map(({ name }) => name),
      moves.map(({ from }) => from),
      moves.map(({ to }) => to),
      moves.map(({ error }) => error),
      moves.map(({ version }) => version),
    ],
  );
  if (rowCount !== moves.length) throw new CheckpointMovedError("a checkpoint is not where it was read");
}

/** Notes how far new tables are. */
export async function noteBuilding(
  client: ClientBase,
  name: string,
  building: Position | null,
): Promise<void> {
  await client.query("update checkpoints set building = $2 where name = $1", [name, building]);
}

/** Keeps why a projection goes no further, wherever it stands. */
export async function failCheckpoint(pool: Pool, name: string, error: string): Promise<void> {
  await pool.query("update checkpoints set error = $2, failed_at = clock_timestamp() where name = $1", [
    name,
    error,
  ]);
}

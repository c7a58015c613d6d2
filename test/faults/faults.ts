import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Random } from "../support/domain/random.ts";
import { within } from "../../src/eventlog/waiting.ts";
import { PATIENCE_MS, persist } from "./patience.ts";
import type { LostReply } from "./proxy.ts";
import type { Scene } from "./scene.ts";
import type { Traffic } from "./traffic.ts";

/** Where a fault strikes, and whom it meets there. */
export interface Target {
  readonly scene: Scene;
  readonly traffic: Traffic;
  readonly random: Random;
}

export interface Fault {
  readonly name: string;
  /** Resolves when it has happened. */
  strike(target: Target): Promise<void>;
  /** Brings back what does not come back by itself. */
  heal(target: Target): Promise<void>;
}

const byItself = async (): Promise<void> => {
  await Promise.resolve();
};

const KILL_APP: Fault = {
  name: "kill -9 of the app",
  strike: async ({ scene }) => await scene.killProduct(),
  heal: async ({ scene }) => await scene.startProduct(),
};

const KILL_POSTMASTER: Fault = {
  name: "kill -9 of the postmaster",
  strike: async ({ scene }) => await scene.cluster.kill(),
  heal: async ({ scene }) => await scene.cluster.start(),
};

const KILL_BACKEND: Fault = {
  name: "kill -9 of a backend",
  strike: async (target) => {
    process.kill(target.random.pick(await backends(target, "true")), "SIGKILL");
    // The postmaster ends all others and recovers: until it has begun, the server still answers.
    await sleep(20);
  },
  heal: async ({ scene }) => {
    await scene.ask("select 1");
  },
};

// The bell is the one that listens.
const OF_LOG = "application_name = 'admittance event log'";
const BELL = "query ~* '(listen|notify)'";

const TERMINATE_WRITERS = terminating("the log's writers", `${OF_LOG} and not ${BELL}`);
const TERMINATE_BELL = terminating("the log's bell", `${OF_LOG} and ${BELL}`);
const TERMINATE_POOL = terminating("the pool", "application_name = 'admittance'");
const TERMINATE_PROJECTIONS = terminating("the projections", "application_name = 'admittance projections'");

const DELAY: Fault = {
  name: "delayed bytes",
  strike: async ({ scene, random }) => {
    scene.proxy.delay(random.between(5, 60));
    await sleep(random.between(300, 900));
  },
  heal: async ({ scene }) => {
    scene.proxy.calm();
    await Promise.resolve();
  },
};

const SLICE: Fault = {
  name: "sliced bytes",
  strike: async ({ scene, random }) => {
    scene.proxy.slice();
    await sleep(random.between(300, 900));
  },
  heal: DELAY.heal,
};

const SEVER: Fault = {
  name: "all connections cut",
  strike: async ({ scene }) => {
    if (scene.proxy.sever() === 0) throw new Error("there was no connection to cut");
    await Promise.resolve();
  },
  heal: byItself,
};

const LOSE_APPEND_REPLY: Fault = {
  name: "an append's reply lost",
  strike: async ({ scene, random }) => {
    for (let times = random.between(1, 3); times > 0; times--) await loseReply(scene, "append");
  },
  heal: byItself,
};

const LOSE_COMMIT_REPLY: Fault = {
  name: "a commit's reply lost",
  strike: async ({ scene }) => await loseReply(scene, "commit"),
  heal: byItself,
};

const FILL_DISK: Fault = {
  name: "disk full",
  strike: async ({ scene, traffic, random }) => {
    const { disk } = scene;
    if ("reason" in disk) throw new Error(disk.reason);
    await disk.fill();
    // What is allocated already is still written to: it is full when somebody was refused.
    await traffic.nextRefusal();
    await sleep(random.upTo(300));
  },
  heal: async ({ scene }) => {
    if (!("reason" in scene.disk)) await scene.disk.free();
    // A server that could not write its log has ended; one that runs is only looked for.
    await scene.cluster.start();
  },
};

/** Waits for a statement whose reply can be lost. */
async function loseReply({ proxy }: Scene, to: LostReply): Promise<void> {
  await within(proxy.loseReply(to), PATIENCE_MS, () => new Error(`there was no reply to lose of any ${to}`));
}

export const FAULTS: readonly Fault[] = [
  KILL_APP,
  KILL_POSTMASTER,
  KILL_BACKEND,
  TERMINATE_WRITERS,
  TERMINATE_BELL,
  TERMINATE_POOL,
  TERMINATE_PROJECTIONS,
  DELAY,
  SLICE,
  SEVER,
  LOSE_APPEND_REPLY,
  LOSE_COMMIT_REPLY,
  FILL_DISK,
];

/** Those that this machine permits. */
export function possibleFaults({ disk }: Scene): readonly Fault[] {
  return "reason" in disk ? FAULTS.filter((fault) => fault !== FILL_DISK) : FAULTS;
}

function terminating(whose: string, which: string): Fault {
  return {
    name: `pg_terminate_backend of ${whose}`,
    strike: async (target) => {
      for (const pid of await backends(target, which)) {
        await target.scene.ask("select pg_terminate_backend($1)", [pid]);
      }
    },
    heal: byItself,
  };
}

const pids = z.array(z.object({ pid: z.int() }));

/** The product's backends, as soon as there is such a one. */
async function backends({ scene }: Target, which: string): Promise<[number, ...number[]]> {
  const query = `select pid from pg_stat_activity where datname = current_database()
    and application_name like 'admittance%' and ${which} order by backend_start`;
  return await persist(
    10,
    async () => {
      const [first, ...others] = pids.parse(await scene.ask(query)).map(({ pid }) => pid);
      return first === undefined ? undefined : [first, ...others];
    },
    () => `the product has no backend where ${which}`,
  );
}

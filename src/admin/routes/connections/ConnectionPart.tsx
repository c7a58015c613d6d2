import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { queryClient } from "../../api/queryClient.ts";
import { may } from "../../api/session.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { say } from "../../shared/page/toasts.ts";
import { Status, type StatusProps } from "../../shared/status/Status.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./ConnectionPart.module.css";
import { type Connection, connectionsQuery, type Heard, testConnection } from "./queries.ts";

const CIRCUITS: Readonly<Record<NonNullable<Connection["circuit"]>, Pick<StatusProps, "tone" | "icon">>> = {
  CLOSED: { tone: "ok", icon: "check" },
  HALF_OPEN: { tone: "warn", icon: "hourglass" },
  OPEN: { tone: "bad", icon: "pause" },
};

/** One system outside: how it is, what it answered last, and the button that asks it. */
export function ConnectionPart({ connection }: { readonly connection: Connection }) {
  const words = useTexts().connections;
  const { name, configured, url, circuit } = connection;
  const testing = useMutation({
    mutationFn: async () => await testConnection(name, crypto.randomUUID()),
    onSuccess: async ({ outcome, ms }) => {
      await queryClient.invalidateQueries(connectionsQuery());
      say(words.tested(words.names[name], words.outcomes[outcome], ms));
    },
  });
  if (!configured)
    return (
      <>
        <SectionHead title={words.names[name]} />
        <p className="second">{words.whatFor[name]}</p>
        <p>{words.notConfigured[name]}</p>
      </>
    );
  return (
    <>
      <SectionHead title={words.names[name]}>
        {may("connections:test") ? (
          <Button variant="default" loading={testing.isPending} onClick={() => testing.mutate()}>
            {words.test(words.names[name])}
          </Button>
        ) : null}
      </SectionHead>
      <p className="second">{words.whatFor[name]}</p>
      {testing.error === null ? null : (
        <div role="alert">
          <ProblemText problem={testing.error} />
        </div>
      )}
      <div className={classes["facts"]}>
        <Facts
          label={words.names[name]}
          facts={[
            [words.health, <Health key="value" healthy={connection.healthy} />],
            [
              words.address,
              <code key="value" className={classes["wraps"]}>
                {url}
              </code>,
            ],
            [
              words.circuit,
              circuit === null ? null : (
                <Status
                  key="value"
                  {...CIRCUITS[circuit]}
                  word={words.circuits[circuit]}
                  hint={words.circuitHints[circuit]}
                />
              ),
            ],
          ]}
        />
      </div>
      <Answers name={words.names[name]} answers={connection.answers} />
    </>
  );
}

function Health({ healthy }: { readonly healthy: boolean | null }) {
  const words = useTexts().connections;
  if (healthy === null) return <Status tone="mute" icon="dot" word={words.notAsked} />;
  return healthy ? (
    <Status tone="ok" icon="check" word={words.healthy} />
  ) : (
    <Status tone="bad" icon="cross" word={words.unhealthy} />
  );
}

function Answers({ name, answers }: { readonly name: string; readonly answers: readonly Heard[] }) {
  const words = useTexts().connections;
  if (answers.length === 0) return <p>{words.noAnswers}</p>;
  return (
    <DataTable
      label={words.lastAnswers(name)}
      rows={answers.map((answer, place) => ({ ...answer, place }))}
      rowKey={({ at, place }) => `${at} ${String(place)}`}
      columns={[
        { id: "at", header: words.at, cell: ({ at }) => <Time at={at} /> },
        { id: "asked", header: words.asked, cell: ({ asked }) => words.questions[asked] },
        { id: "outcome", header: words.outcome, cell: ({ outcome }) => words.outcomes[outcome] },
        {
          id: "status",
          header: words.status,
          cell: ({ status }) => (status === null ? "–" : String(status)),
        },
        { id: "ms", header: words.took, cell: ({ ms }) => `${String(ms)} ms` },
      ]}
    />
  );
}

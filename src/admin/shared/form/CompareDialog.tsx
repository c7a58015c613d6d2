import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Actor, actorText } from "../people/actorText.ts";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { Time } from "../time/Time.tsx";
import { Choice } from "./Choice.tsx";
import type { Side } from "./compare.ts";
import { ProblemText } from "./FormProblem.tsx";
import classes from "./CompareDialog.module.css";

export interface Line {
  readonly label: string;
  readonly mine: string;
  readonly theirs: string;
  /** What is chosen at first. */
  readonly first: Side;
}

/** What two people have made of the same. */
export interface Comparison {
  readonly by: Actor;
  readonly at: string;
  readonly lines: readonly Line[];
  readonly save: (sideOf: (label: string) => Side) => void;
}

/** Two people have changed the same: line by line what is kept, saved on what is there now. */
export function CompareDialog({
  load,
  onClose,
}: {
  readonly load: () => Promise<Comparison>;
  readonly onClose: () => void;
}) {
  const { compare, shell } = useTexts();
  const found = useQuery({
    queryKey: ["compare"],
    queryFn: load,
    // What somebody else has saved may be changed by the next moment.
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog title={compare.title} onClose={onClose}>
      {found.error === null ? null : <ProblemText problem={found.error} />}
      {found.data === undefined ? (
        <div className={classes["foot"]}>
          <Button variant="default" data-autofocus onClick={onClose}>
            {shell.cancel}
          </Button>
        </div>
      ) : (
        <Lines comparison={found.data} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Lines({
  comparison: { by, at, lines, save },
  onClose,
}: {
  readonly comparison: Comparison;
  readonly onClose: () => void;
}) {
  const { compare, shell } = useTexts();
  const [chosen, setChosen] = useState<Readonly<Record<string, Side>>>({});
  const sideOf = (label: string): Side =>
    chosen[label] ?? lines.find((line) => line.label === label)?.first ?? "theirs";
  const said = (words: string): string => (words === "" ? compare.empty : words);
  return (
    <>
      <p>
        <bdi>{compare.by(actorText(by, { shell }))}</bdi> <Time at={at} />
      </p>
      <p className="second">{lines.length === 0 ? compare.same : compare.why}</p>
      <div className={classes["lines"]}>
        {lines.map(({ label, mine, theirs }) => (
          <Choice
            key={label}
            label={label}
            options={[
              { value: "mine", label: compare.mine(said(mine)) },
              { value: "theirs", label: compare.theirs(said(theirs)) },
            ]}
            value={sideOf(label)}
            onChange={(side) => setChosen({ ...chosen, [label]: side === "theirs" ? "theirs" : "mine" })}
          />
        ))}
      </div>
      <div className={classes["foot"]}>
        <Button variant="default" data-autofocus onClick={onClose}>
          {shell.cancel}
        </Button>
        <Button onClick={() => save(sideOf)}>{compare.save}</Button>
      </div>
    </>
  );
}

import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Check } from "../../shared/form/Check.tsx";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { ElsewhereError, type Offline } from "./useOffline.ts";
import classes from "./VirtualTerminal.module.css";

/** The switch that cuts the terminal's line, what it has to decide by meanwhile, and what came of telling it. */
export function Line({ offline }: { readonly offline: Offline }) {
  const { line } = useTexts().virtualTerminal;
  const { lists, untold, sent, problem, isBusy } = offline;
  const isDown = lists !== null;
  return (
    <div className={classes["line"]}>
      <Check
        label={line.network}
        description={line.networkWhy}
        checked={!isDown}
        disabled={isBusy}
        onChange={() => (isDown ? offline.comeBack() : offline.cut())}
      />
      {problem === null ? null : (
        <div role="alert">
          {problem instanceof ElsewhereError ? <p>{line.elsewhere}</p> : <ProblemText problem={problem} />}
        </div>
      )}
      {lists === null ? null : <ListsShown lists={lists} />}
      {untold === 0 ? null : (
        <div className={classes["buttons"]}>
          <Status tone="warn" icon="unplugged" word={line.untold(untold)} />
          {isDown ? null : (
            <Button size="compact-sm" variant="default" disabled={isBusy} onClick={offline.comeBack}>
              {line.tell}
            </Button>
          )}
        </div>
      )}
      {sent === null ? null : <Told sent={sent} />}
    </div>
  );
}

function ListsShown({ lists: { accountRanges, named } }: { readonly lists: NonNullable<Offline["lists"]> }) {
  const { line } = useTexts().virtualTerminal;
  return (
    <p className="meta">
      {accountRanges === null || accountRanges.count === 0 ? (
        line.noList
      ) : (
        <>
          {line.ranges(accountRanges.count)} {line.until}{" "}
          <Time at={new Date(accountRanges.validUntil).toISOString()} />.
        </>
      )}{" "}
      {named === null ? line.noWhitelist : line.named(named)}
    </p>
  );
}

function Told({ sent }: { readonly sent: NonNullable<Offline["sent"]> }) {
  const { virtualTerminal, operations } = useTexts();
  const { line } = virtualTerminal;
  const flags = [...new Set(sent.flagged.flatMap((one) => one.flags))];
  return (
    <div role="status">
      <p>
        {sent.accessIds.length === 0 && sent.remaining === 0
          ? line.nothingToTell
          : line.told(sent.accessIds.length)}
      </p>
      {flags.length === 0 ? null : (
        <p className="meta">
          {line.flagged} {flags.map((flag) => nameOf(operations.flags, flag)).join(", ")}
        </p>
      )}
      <ul className={classes["told"]}>
        {sent.accessIds.map((accessId, index) => (
          <li key={accessId}>
            <Link to="/operations/$accessId" params={{ accessId }}>
              {line.entry(index + 1)}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** By a newer server there may be flags that this panel has no words for. */
function nameOf(names: Readonly<Record<string, string>>, flag: string): string {
  return names[flag] ?? flag;
}

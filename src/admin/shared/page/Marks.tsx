import { IconClock } from "@tabler/icons-react";
import { boot } from "../../api/session.ts";
import { useTexts } from "../../texts/texts.ts";
import { Time } from "../time/Time.tsx";
import { useBusinessTime } from "../time/useBusinessTime.ts";
import classes from "./Marks.module.css";

/** What kind of installation this is, where it is not an ordinary one. */
export function Marks() {
  const { shell } = useTexts();
  const { demo, testClock } = boot.installation;
  return (
    <>
      {demo ? (
        <span className={classes["mark"]} title={shell.demoHint}>
          {shell.demo}
        </span>
      ) : null}
      {testClock ? <TestClockMark /> : null}
    </>
  );
}

function TestClockMark() {
  const { shell } = useTexts();
  const now = useBusinessTime(10_000);
  return (
    <span className={classes["mark"]} title={shell.testClock}>
      <IconClock size={16} aria-hidden="true" className={classes["icon"]} />
      <span className={classes["word"]}>{shell.testClock}</span>{" "}
      <span className={classes["time"]}>
        <Time at={new Date(now).toISOString()} seconds={false} />
      </span>
    </span>
  );
}

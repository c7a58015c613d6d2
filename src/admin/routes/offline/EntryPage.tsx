import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { may } from "../../api/session.ts";
import { isFieldOrDialog } from "../../shared/help/isFieldOrDialog.ts";
import { OtherVisits } from "../../shared/offline/OtherVisits.tsx";
import { Report } from "../../shared/offline/Report.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { useTexts } from "../../texts/texts.ts";
import classes from "./EntryPage.module.css";
import { operationQuery } from "../operations/queries.ts";
import { type Decision, nextWaiting } from "./queries.ts";
import { ReviewDialog } from "./ReviewDialog.tsx";

const route = getRouteApi("/shell/offline/$accessId");
const KEYS: Readonly<Record<string, Decision>> = { a: "ACCEPTED", d: "DISPUTED" };

/** One entry beside the card's other visits of that day, to be accepted or disputed. The next one opens by itself. */
export function EntryPage() {
  const { offline: words, shell } = useTexts();
  const { accessId } = route.useParams();
  const navigate = useNavigate();
  const { preferences } = usePreferences();
  const { body: operation } = useSuspenseQuery(operationQuery(accessId)).data;
  const [deciding, setDeciding] = useState<Decision | null>(null);
  const mayReview = may("offline:review") && operation.flags.length > 0;
  const usesKeys = mayReview && preferences.shortcuts;
  useEffect(() => {
    if (!usesKeys) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const decision = KEYS[event.key];
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (decision === undefined || !isPlain || isFieldOrDialog(event.target)) return;
      event.preventDefault();
      setDeciding(decision);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [usesKeys]);
  async function goOn(): Promise<void> {
    const next = await nextWaiting(accessId);
    await (next === null
      ? navigate({ to: "/offline" })
      : navigate({ to: "/offline/$accessId", params: { accessId: next } }));
  }
  return (
    <>
      <PageHead
        title={words.title(accessId)}
        crumbs={[{ to: "/offline", label: shell.pages.offline }]}
        actions={
          mayReview ? (
            <>
              <Button onClick={() => setDeciding("ACCEPTED")}>{words.accept}</Button>
              <Button variant="default" onClick={() => setDeciding("DISPUTED")}>
                {words.dispute}
              </Button>
            </>
          ) : undefined
        }
      />
      {usesKeys ? <p className="second">{words.keys}</p> : null}
      <p>
        <Link to="/operations/$accessId" params={{ accessId }}>
          {[operation.maskedPan ?? operation.cardId, operation.locationName]
            .filter((part) => part !== null)
            .join(" · ")}
        </Link>
      </p>
      <div className={classes["columns"]}>
        <section>
          <Report operation={operation} />
        </section>
        <section>
          <OtherVisits operation={operation} />
        </section>
      </div>
      {deciding === null ? null : (
        <ReviewDialog
          accessIds={[accessId]}
          decision={deciding}
          onClose={() => setDeciding(null)}
          onDone={goOn}
        />
      )}
    </>
  );
}

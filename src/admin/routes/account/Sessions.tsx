import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { queryClient } from "../../api/queryClient.ts";
import { useOneAtATime } from "../../shared/form/useOneAtATime.ts";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { ErrorState } from "../../shared/page/StateView.tsx";
import { say } from "../../shared/page/toasts.ts";
import { Status } from "../../shared/status/Status.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { endOtherSessions, endSession, type OwnSession, sessionsQuery } from "./queries.ts";

/** Where one is signed in, and the way to end that elsewhere. */
export function Sessions() {
  const { account, shell } = useTexts();
  const words = account.sessions;
  const { data, error, refetch } = useQuery(sessionsQuery());
  const once = useOneAtATime();
  const end = (work: () => Promise<void>, said: string): void =>
    once(async () => {
      await work().then(
        () => say(said),
        () => say(shell.states.failed),
      );
      await queryClient.invalidateQueries({ queryKey: ["account", "sessions"] });
    });
  return (
    <>
      <SectionHead title={words.title}>
        {data !== undefined && data.length > 1 ? (
          <Button variant="default" onClick={() => end(endOtherSessions, words.othersEnded)}>
            {words.endOthers}
          </Button>
        ) : null}
      </SectionHead>
      {error !== null ? (
        <ErrorState error={error} retry={() => void refetch()} isPage={false} />
      ) : (
        <DataTable
          label={words.title}
          columns={columns(words)}
          rows={data ?? []}
          rowKey={({ id }) => id}
          actionsLabel={words.actions}
          rowActions={({ id, browser, current }) =>
            current ? (
              <Status tone="ok" icon="check" word={words.here} />
            ) : (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={words.endOf(browser === "" ? words.unknown : browser)}
                onClick={() => end(async () => await endSession(id), words.ended)}
              >
                {words.end}
              </Button>
            )
          }
          isBusy={data === undefined}
        />
      )}
    </>
  );
}

function columns(words: Texts["account"]["sessions"]): readonly Column<OwnSession>[] {
  return [
    {
      id: "browser",
      header: words.browser,
      cell: ({ browser }) => (browser === "" ? words.unknown : browser),
    },
    {
      id: "openedAt",
      header: words.openedAt,
      cell: ({ openedAt }) => <Time at={openedAt} seconds={false} />,
    },
    {
      id: "lastSeenAt",
      header: words.lastSeenAt,
      cell: ({ lastSeenAt }) => <Time at={lastSeenAt} seconds={false} />,
    },
  ];
}

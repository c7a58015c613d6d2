import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconTerminal2 } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { may } from "../../api/session.ts";
import { CreateButton } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { useTexts } from "../../texts/texts.ts";
import { terminalColumns } from "./columns.tsx";
import { terminalFilters } from "./filters.ts";
import { type Terminal, terminalsQuery } from "./queries.ts";

const route = getRouteApi("/shell/terminals");
/** Dialogs are loaded when they are wanted. */
const NewTerminalDialog = lazy(async () => ({
  default: (await import("./NewTerminalDialog.tsx")).NewTerminalDialog,
}));
const PairingDialog = lazy(async () => ({ default: (await import("./PairingDialog.tsx")).PairingDialog }));

export function TerminalsPage() {
  const texts = useTexts();
  const { places, deviceCodes, shell } = texts;
  const search = route.useSearch();
  const filters = terminalFilters(texts);
  const [isNew, setNew] = useState(false);
  const [pairing, setPairing] = useState<string | null>(null);
  const create = may("terminals:write") ? (
    <CreateButton label={places.terminal.create} onClick={() => setNew(true)} />
  ) : undefined;
  return (
    <>
      <ListPage<Terminal>
        name="terminals"
        title={shell.pages.terminals}
        actions={
          <>
            {may("terminals:codes") ? (
              <Button variant="default" renderRoot={(props) => <Link to="/terminals/claim" {...props} />}>
                {deviceCodes.claim.title}
              </Button>
            ) : null}
            {create}
          </>
        }
        columns={terminalColumns(texts)}
        filters={filters}
        search={search}
        query={terminalsQuery(search, filters)}
        rowKey={({ id }) => id}
        rowLink={({ serialNumber }) => ({ to: "/terminals/$serial", params: { serial: serialNumber } })}
        {...(may("terminals:codes")
          ? {
              actionsLabel: places.fields.pairingCode,
              rowActions: ({ serialNumber, status, state }) =>
                status === "NOT_PAIRED" && state !== "SUSPENDED" ? (
                  <Button size="compact-sm" variant="subtle" onClick={() => setPairing(serialNumber)}>
                    {places.terminal.getCode}
                  </Button>
                ) : null,
            }
          : {})}
        defaultSort="name"
        empty={
          <StateView icon={IconTerminal2} title={places.terminal.empty} action={create}>
            <p>{places.terminal.emptyWhy}</p>
          </StateView>
        }
      />
      <Suspense>
        {isNew ? <NewTerminalDialog locationId={null} onClose={() => setNew(false)} /> : null}
        {pairing === null ? null : <PairingDialog serial={pairing} onClose={() => setPairing(null)} />}
      </Suspense>
    </>
  );
}

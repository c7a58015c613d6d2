import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { boot, may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { zoneOf } from "../../shared/preferences.ts";
import { formatInstant } from "../../shared/time/format.ts";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { useTexts } from "../../texts/texts.ts";
import { LocationName } from "./LocationName.tsx";
import { actOnTerminal, deleteTerminal, type Terminal, type TerminalAct, terminalQuery } from "./queries.ts";
import { OfflineFacts } from "./OfflineFacts.tsx";
import { TerminalStatus } from "./TerminalStatus.tsx";

const route = getRouteApi("/shell/terminals/$serial");
/** Dialogs are loaded when they are wanted. */
const MoveTerminalDialog = lazy(async () => ({
  default: (await import("./MoveTerminalDialog.tsx")).MoveTerminalDialog,
}));
const DeviceSection = lazy(async () => ({ default: (await import("./DeviceSection.tsx")).DeviceSection }));
const PairingDialog = lazy(async () => ({ default: (await import("./PairingDialog.tsx")).PairingDialog }));

type Dialog = TerminalAct | "move" | "delete" | "pair";

export function TerminalPage() {
  const { places, shell } = useTexts();
  const { serial } = route.useParams();
  const { body: terminal, etag } = useSuspenseQuery(terminalQuery(serial)).data;
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = (): void => setDialog(null);
  return (
    <>
      <PageHead
        title={serial}
        crumbs={[{ to: "/terminals", label: shell.pages.terminals }]}
        aside={<TerminalStatus status={terminal.status} state={terminal.state} />}
        actions={<TerminalActions terminal={terminal} onAct={setDialog} />}
      />
      <TerminalFacts terminal={terminal} />
      <Suspense>
        <DeviceSection serial={serial} />
      </Suspense>
      <OfflineFacts terminal={terminal} />
      <p>
        <Link to="/operations" search={{ terminal: serial }}>
          {places.terminal.operations}
        </Link>
      </p>
      {dialog === null ? null : dialog === "pair" ? (
        <Suspense>
          <PairingDialog serial={serial} onClose={close} />
        </Suspense>
      ) : dialog === "move" ? (
        <Suspense>
          <MoveTerminalDialog terminal={terminal} etag={etag} onClose={close} />
        </Suspense>
      ) : (
        <TerminalDialog serial={serial} act={dialog} onClose={close} />
      )}
    </>
  );
}

function TerminalActions({
  terminal: { serialNumber, status, state },
  onAct,
}: {
  readonly terminal: Terminal;
  readonly onAct: (dialog: Dialog) => void;
}) {
  const { terminal } = useTexts().places;
  const isSuspended = state === "SUSPENDED";
  return (
    <>
      {may("terminals:codes") && status === "NOT_PAIRED" && !isSuspended ? (
        <Button onClick={() => onAct("pair")}>{terminal.getCode}</Button>
      ) : null}
      {may("terminals:write") ? (
        <>
          {boot.installation.virtualTerminal && status === "NOT_PAIRED" && !isSuspended ? (
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link to="/virtual-terminal" search={{ serial: serialNumber }} {...props} />
              )}
            >
              {terminal.virtual}
            </Button>
          ) : null}
          <Button variant="default" onClick={() => onAct("move")}>
            {terminal.move}
          </Button>
          <Button variant="default" onClick={() => onAct(isSuspended ? "resume" : "suspend")}>
            {isSuspended ? terminal.resume : terminal.suspend}
          </Button>
          {status === "PAIRED" || state === "CLAIMED" || state === "ATTESTED" ? (
            <Button variant="default" onClick={() => onAct("unpair")}>
              {terminal.unpair}
            </Button>
          ) : null}
          <Button variant="default" onClick={() => onAct("delete")}>
            {terminal.remove}
          </Button>
        </>
      ) : null}
    </>
  );
}

function TerminalDialog({
  serial,
  act,
  onClose,
}: {
  readonly serial: string;
  readonly act: TerminalAct | "delete";
  readonly onClose: () => void;
}) {
  const { terminal } = useTexts().places;
  const navigate = useNavigate();
  const words = {
    suspend: [terminal.suspendTitle, terminal.suspendWhy, terminal.suspend, terminal.suspended],
    resume: [terminal.resumeTitle, terminal.resumeWhy, terminal.resume, terminal.resumed],
    unpair: [terminal.unpairTitle, terminal.unpairWhy, terminal.unpair, terminal.unpaired],
    delete: [terminal.removeTitle, terminal.removeWhy, terminal.remove, terminal.removed],
  } as const;
  const [title, why, verb, done] = words[act];
  return (
    <ConfirmDialog
      title={title(serial)}
      verb={verb}
      act={async (intent) =>
        act === "delete"
          ? await deleteTerminal(serial, intent)
          : await actOnTerminal(serial, act, { reason: null, intent })
      }
      done={done(serial)}
      isDangerous={act === "delete" || act === "unpair"}
      onClose={onClose}
      {...(act === "delete" ? { onDone: async () => await navigate({ to: "/terminals" }) } : {})}
    >
      <p>{why}</p>
    </ConfirmDialog>
  );
}

function TerminalFacts({ terminal }: { readonly terminal: Terminal }) {
  const { places } = useTexts();
  const { fields } = places;
  const { preferences } = usePreferences();
  const { credential, pairingCode, locationId } = terminal;
  const shown = (at: string): string =>
    formatInstant(at, { language: preferences.language, zone: zoneOf(preferences), seconds: false });
  return (
    <Facts
      label={places.details}
      facts={[
        [
          fields.location,
          locationId === null ? (
            places.terminal.noLocation
          ) : may("locations:read") ? (
            <Link to="/locations/$id" params={{ id: locationId }}>
              <LocationName id={locationId} />
            </Link>
          ) : (
            locationId
          ),
        ],
        [fields.state, places.terminal.states[terminal.state]],
        [fields.profile, places.terminal.profiles[terminal.profile]],
        [fields.credential, credential === null ? null : <code key="value">{credential.id}</code>],
        [fields.trust, credential === null ? null : places.terminal.trust[credential.trust]],
        [fields.since, <MaybeTime key="value" at={credential?.since} />],
        [fields.lastAttempt, <MaybeTime key="value" at={terminal.lastAttemptAt} />],
        [
          fields.pairingCode,
          pairingCode === null
            ? null
            : places.terminal.codeStates[pairingCode.status](shown(pairingCode.expiresAt)),
        ],
        [fields.createdAt, <Time key="value" at={terminal.createdAt} />],
        [fields.createdBy, <Who key="value" actor={terminal.createdBy} />],
        [fields.modifiedAt, <Time key="value" at={terminal.modifiedAt} />],
        [fields.modifiedBy, <Who key="value" actor={terminal.modifiedBy} />],
      ]}
    />
  );
}

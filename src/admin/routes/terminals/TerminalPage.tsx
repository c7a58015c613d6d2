import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { boot, may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { type Fact, Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { zoneOf } from "../../shared/preferences.ts";
import { formatInstant } from "../../shared/time/format.ts";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { useTexts } from "../../texts/texts.ts";
import { LocationName } from "./LocationName.tsx";
import { Consequences } from "./Consequences.tsx";
import { PairingFailures } from "./PairingFailures.tsx";
import { deleteTerminal, type Terminal, type TerminalAct, terminalQuery } from "./queries.ts";
import { TerminalHistory } from "./TerminalHistory.tsx";
import { OfflineFacts } from "./OfflineFacts.tsx";
import { TerminalStatus } from "./TerminalStatus.tsx";

const route = getRouteApi("/shell/terminals/$serial");
/** Dialogs are loaded when they are wanted. */
const MoveTerminalDialog = lazy(async () => ({
  default: (await import("./MoveTerminalDialog.tsx")).MoveTerminalDialog,
}));
const TerminalActDialog = lazy(async () => ({
  default: (await import("./TerminalActDialog.tsx")).TerminalActDialog,
}));
const DeviceSection = lazy(async () => ({ default: (await import("./DeviceSection.tsx")).DeviceSection }));
const PairingDialog = lazy(async () => ({ default: (await import("./PairingDialog.tsx")).PairingDialog }));

const SetupDialog = lazy(async () => ({ default: (await import("./SetupDialog.tsx")).SetupDialog }));

type DialogName = TerminalAct | "move" | "delete" | "pair" | "set up" | "repair";

export function TerminalPage() {
  const { places, shell } = useTexts();
  const { serial } = route.useParams();
  const { body: terminal, etag } = useSuspenseQuery(terminalQuery(serial)).data;
  const [dialog, setDialog] = useState<DialogName | null>(null);
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
      {terminal.credential?.trust === "CERTIFICATE" ? (
        <p>
          <Link to="/certificates" search={{ terminal: serial }}>
            {shell.pages.certificates}
          </Link>
        </p>
      ) : null}
      <PairingFailures serial={serial} />
      <TerminalHistory terminal={terminal} />
      <Suspense>
        <TerminalDialog dialog={dialog} terminal={terminal} etag={etag} onOpen={setDialog} />
      </Suspense>
    </>
  );
}

function TerminalDialog({
  dialog,
  terminal,
  etag,
  onOpen,
}: {
  readonly dialog: DialogName | null;
  readonly terminal: Terminal;
  readonly etag: string | null;
  readonly onOpen: (dialog: DialogName | null) => void;
}) {
  const onClose = (): void => onOpen(null);
  switch (dialog) {
    case null:
      return null;
    case "pair":
      return <PairingDialog serial={terminal.serialNumber} onClose={onClose} />;
    case "set up":
      return <SetupDialog serial={terminal.serialNumber} onClose={onClose} />;
    case "move":
      return <MoveTerminalDialog terminal={terminal} etag={etag} onClose={onClose} />;
    case "delete":
      return <DeleteDialog terminal={terminal} onClose={onClose} />;
    case "repair":
      return (
        <TerminalActDialog terminal={terminal} act="unpair" onClose={onClose} onDone={() => onOpen("pair")} />
      );
    case "suspend":
    case "resume":
    case "unpair":
      return <TerminalActDialog terminal={terminal} act={dialog} onClose={onClose} />;
  }
}

function TerminalActions({
  terminal: { serialNumber, status, state, credential },
  onAct,
}: {
  readonly terminal: Terminal;
  readonly onAct: (dialog: DialogName) => void;
}) {
  const { places, deviceCodes } = useTexts();
  const { terminal } = places;
  const isSuspended = state === "SUSPENDED";
  const mayGetCode = may("terminals:codes") && !isSuspended;
  return (
    <>
      {mayGetCode && status === "NOT_PAIRED" ? (
        <Button onClick={() => onAct("pair")}>{terminal.getCode}</Button>
      ) : null}
      {mayGetCode && (status === "NOT_PAIRED" || hasRunOut(credential)) ? (
        <Button variant="default" onClick={() => onAct("set up")}>
          {deviceCodes.setUp.get}
        </Button>
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
          {status === "PAIRED" && !isSuspended && may("terminals:codes") ? (
            <Button variant="default" onClick={() => onAct("repair")}>
              {terminal.pairAnew}
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

/** It is shown as paired, and can't prove itself any more. */
function hasRunOut(credential: Terminal["credential"]): boolean {
  const end = credential?.endsAt ?? null;
  return end !== null && Date.parse(end) <= Date.now();
}

function DeleteDialog({ terminal, onClose }: { readonly terminal: Terminal; readonly onClose: () => void }) {
  const words = useTexts().places.terminal;
  const { serialNumber } = terminal;
  const navigate = useNavigate();
  return (
    <ConfirmDialog
      title={words.removeTitle(serialNumber)}
      verb={words.remove}
      act={async (intent) => await deleteTerminal(serialNumber, intent)}
      done={words.removed(serialNumber)}
      isDangerous
      onClose={onClose}
      onDone={async () => await navigate({ to: "/terminals" })}
    >
      <p>{words.removeWhy}</p>
      <Consequences terminal={terminal} />
    </ConfirmDialog>
  );
}

function TerminalFacts({ terminal }: { readonly terminal: Terminal }) {
  const { places } = useTexts();
  const { fields } = places;
  const { preferences } = usePreferences();
  const { credential, pairingCode, locationId } = terminal;
  const former = credential?.formerUntil ?? null;
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
        [fields.cameBy, terminal.cameBy === null ? null : places.terminal.waysIn[terminal.cameBy]],
        ...aboutFacts(terminal.about, fields),
        [fields.credential, credential === null ? null : <code key="value">{credential.id}</code>],
        [fields.trust, terminal.trust === null ? null : places.terminal.trust[terminal.trust]],
        [fields.since, <MaybeTime key="value" at={credential?.since} />],
        [fields.formerUntil, former === null ? null : <Time key="value" at={former} />],
        ...(credential?.endsAt == null
          ? []
          : [[fields.endsAt, <Time key="value" at={credential.endsAt} />] as const]),
        [fields.lastSeen, <MaybeTime key="value" at={terminal.lastSeenAt} />],
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

/** What an enrolled device says of itself; of any other nothing. */
function aboutFacts(
  about: Terminal["about"],
  labels: { readonly deviceName: string; readonly platform: string; readonly metadata: string },
): readonly Fact[] {
  if (about === null) return [];
  const metadata = Object.entries(about.metadata).map(([name, value]) => `${name}: ${value}`);
  return [
    [labels.deviceName, about.name === null ? null : <bdi key="value">{about.name}</bdi>],
    [labels.platform, about.platform === null ? null : <bdi key="value">{about.platform}</bdi>],
    [labels.metadata, metadata.length === 0 ? null : <bdi key="value">{metadata.join(", ")}</bdi>],
  ];
}

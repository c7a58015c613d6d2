import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { Money } from "../../shared/money/Money.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { Status, type StatusProps } from "../../shared/status/Status.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import {
  commandsQuery,
  connectionQuery,
  type DeviceCommand,
  type LiveConnection,
  type Order,
  orderDevice,
} from "./deviceQueries.ts";

const ORDERS = ["ACTIVATE", "DEACTIVATE", "CANCEL"] as const;

/** The terminal's live connection, what it was asked to do over it, and what may be asked of it. */
export function DeviceSection({ serial }: { readonly serial: string }) {
  const words = useTexts().deviceCommands;
  const [order, setOrder] = useState<Order | null>(null);
  const live = useQuery(connectionQuery(serial)).data;
  const commands = useQuery(commandsQuery(serial)).data?.items ?? [];
  if (live === undefined) return null;
  if (live.connection === null && live.device === null && commands.length === 0) {
    return (
      <>
        <SectionHead title={words.title} />
        <p className="second">{words.never}</p>
      </>
    );
  }
  return (
    <>
      <SectionHead title={words.title}>
        {may("devices:command")
          ? ORDERS.map((one) => (
              <Button key={one} variant="default" onClick={() => setOrder(one)}>
                {words.orders[one].verb}
              </Button>
            ))
          : null}
      </SectionHead>
      <ConnectionFacts live={live} />
      {commands.length === 0 ? (
        <p className="second">{words.none}</p>
      ) : (
        <CommandTable commands={commands} label={words.commands} />
      )}
      {order === null ? null : (
        <ConfirmDialog
          title={words.orders[order].title(serial)}
          verb={words.orders[order].verb}
          act={async (intent) => await orderDevice(serial, order, intent)}
          done={words.asked}
          onClose={() => setOrder(null)}
        >
          <p>{words.orders[order].why}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function ConnectionFacts({ live: { connection, device } }: { readonly live: LiveConnection }) {
  const words = useTexts().deviceCommands;
  const isOpen = connection?.status === "OPEN";
  return (
    <Facts
      label={words.title}
      facts={[
        [
          words.connection,
          connection === null ? (
            words.never
          ) : (
            <Status
              key="value"
              tone={isOpen ? "ok" : "mute"}
              icon={isOpen ? "check" : "unplugged"}
              word={words.connections[connection.status]}
            />
          ),
        ],
        [words.since, <MaybeTime key="value" at={connection?.since} />],
        [words.lastSeen, <MaybeTime key="value" at={connection?.lastSeenAt} />],
        [words.device, device === null ? null : `${device.name} (${device.model})`],
        [words.deviceId, device === null ? null : <code key="value">{device.id}</code>],
        [words.sales, device === null ? null : device.enabled ? words.enabled : words.disabled],
      ]}
    />
  );
}

type Look = Pick<StatusProps, "tone" | "icon">;

const LOOKS: Readonly<Record<DeviceCommand["status"], Look>> = {
  QUEUED: { tone: "info", icon: "clock" },
  DISPATCHED: { tone: "info", icon: "hourglass" },
  SUCCEEDED: { tone: "ok", icon: "check" },
  FAILED: { tone: "bad", icon: "cross" },
  CANCELLED: { tone: "mute", icon: "ban" },
  TIMED_OUT: { tone: "warn", icon: "clock" },
};

function CommandTable({
  commands,
  label,
}: {
  readonly commands: readonly DeviceCommand[];
  readonly label: string;
}) {
  const words = useTexts().deviceCommands;
  return (
    <DataTable
      label={label}
      rows={commands}
      rowKey={({ id }) => id}
      columns={[
        { id: "queuedAt", header: words.queuedAt, cell: ({ queuedAt }) => <Time at={queuedAt} /> },
        { id: "action", header: words.action, cell: ({ action }) => words.actions[action] },
        {
          id: "status",
          header: words.status,
          cell: ({ status, late }) => (
            <>
              <Status {...LOOKS[status]} word={words.statuses[status]} />
              {late === "SUCCEEDED" ? <b> {words.late}</b> : null}
            </>
          ),
        },
        { id: "why", header: words.why, cell: ({ failureCode }) => failureCode ?? "–" },
        { id: "amount", header: words.amount, cell: ({ amount }) => <Money money={amount} /> },
        { id: "by", header: words.by, cell: ({ queuedBy }) => <Who actor={queuedBy} /> },
      ]}
    />
  );
}

import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconQrcode } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { CreateButton } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { Status, type StatusProps } from "../../shared/status/Status.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { LocationName } from "../terminals/LocationName.tsx";
import { enrollmentFilters } from "./filters.ts";
import { cancelEnrollment, type Enrollment, enrollmentsQuery } from "./queries.ts";

const route = getRouteApi("/shell/enrollments");
/** A form is loaded when it is wanted. */
const EnrollDialog = lazy(async () => ({ default: (await import("./EnrollDialog.tsx")).EnrollDialog }));

export function EnrollmentsPage() {
  const texts = useTexts();
  const { enrollments, shell } = texts;
  const search = route.useSearch();
  const filters = enrollmentFilters(texts);
  const [isNew, setNew] = useState(false);
  const [cancelled, setCancelled] = useState<Enrollment | null>(null);
  const mayWrite = may("terminals:write");
  const create = mayWrite ? (
    <CreateButton label={enrollments.create} onClick={() => setNew(true)} />
  ) : undefined;
  return (
    <>
      <ListPage<Enrollment>
        name="enrollments"
        title={shell.pages.enrollments}
        actions={create}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={enrollmentsQuery(search, filters)}
        rowKey={({ id }) => id}
        {...(mayWrite
          ? {
              actionsLabel: enrollments.cancel,
              rowActions: (one) =>
                one.status === "PENDING" ? (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={enrollments.cancelOf(one.id)}
                    onClick={() => setCancelled(one)}
                  >
                    {enrollments.cancel}
                  </Button>
                ) : null,
            }
          : {})}
        defaultSort="-modifiedAt"
        empty={
          <StateView icon={IconQrcode} title={enrollments.empty} action={create}>
            <p>{enrollments.emptyWhy}</p>
          </StateView>
        }
      />
      {isNew ? (
        <Suspense>
          <EnrollDialog onClose={() => setNew(false)} />
        </Suspense>
      ) : null}
      {cancelled === null ? null : (
        <ConfirmDialog
          title={enrollments.cancelTitle}
          verb={enrollments.cancelVerb}
          act={async (intent) => await cancelEnrollment(cancelled.id, intent)}
          done={enrollments.cancelled}
          isDangerous
          onClose={() => setCancelled(null)}
        >
          <p>{enrollments.cancelWhy}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

const SHOWN: Readonly<Record<Enrollment["status"], Pick<StatusProps, "tone" | "icon">>> = {
  PENDING: { tone: "info", icon: "clock" },
  CONSUMED: { tone: "ok", icon: "check" },
  EXPIRED: { tone: "mute", icon: "hourglass" },
  CANCELLED: { tone: "mute", icon: "ban" },
};

function columns({ enrollments }: Texts): readonly Column<Enrollment>[] {
  const { fields, statuses, noLocation } = enrollments;
  const none = <span aria-hidden="true">–</span>;
  return [
    {
      id: "status",
      header: fields.status,
      cell: ({ status }) => <Status {...SHOWN[status]} word={statuses[status]} />,
    },
    {
      id: "location",
      header: fields.location,
      cell: ({ locationId }) =>
        locationId === null ? <span className="second">{noLocation}</span> : <LocationName id={locationId} />,
    },
    {
      id: "device",
      header: fields.device,
      cell: ({ serialNumber }) =>
        serialNumber === null ? (
          none
        ) : (
          <Link to="/terminals/$serial" params={{ serial: serialNumber }}>
            <bdi className="mono">{serialNumber}</bdi>
          </Link>
        ),
    },
    {
      id: "metadata",
      header: fields.metadata,
      cell: ({ metadata }) => {
        const pairs = Object.entries(metadata);
        return pairs.length === 0 ? none : <bdi>{pairs.map((pair) => pair.join(": ")).join(" · ")}</bdi>;
      },
    },
    {
      id: "expiresAt",
      header: fields.expiresAt,
      cell: ({ expiresAt }) => <Time at={expiresAt} seconds={false} zoneName={false} />,
    },
    {
      id: "created",
      header: fields.createdAt,
      cell: ({ createdAt }) => <Time at={createdAt} seconds={false} zoneName={false} />,
    },
    { id: "createdBy", header: fields.createdBy, cell: ({ createdBy }) => <Who actor={createdBy} /> },
    {
      id: "modifiedAt",
      header: fields.modifiedAt,
      cell: ({ modifiedAt }) => <Time at={modifiedAt} seconds={false} />,
      sort: { ascending: "modifiedAt", descending: "-modifiedAt" },
      isExtra: true,
    },
    { id: "id", header: fields.id, cell: ({ id }) => <code>{id}</code>, isExtra: true },
  ];
}

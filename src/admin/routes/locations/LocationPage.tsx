import { Button } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { ErrorState } from "../../shared/page/StateView.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { useTexts } from "../../texts/texts.ts";
import { merchantQuery } from "../merchants/queries.ts";
import { terminalColumns } from "../terminals/columns.tsx";
import { terminalFilters } from "../terminals/filters.ts";
import { terminalsQuery } from "../terminals/queries.ts";
import { deleteLocation, type Location, locationQuery } from "./queries.ts";

const route = getRouteApi("/shell/locations/$id");
/** Dialogs are loaded when they are wanted. */
const NewTerminalDialog = lazy(async () => ({
  default: (await import("../terminals/NewTerminalDialog.tsx")).NewTerminalDialog,
}));

export function LocationPage() {
  const texts = useTexts();
  const { places, shell } = texts;
  const { id } = route.useParams();
  const navigate = useNavigate();
  const { body: location } = useSuspenseQuery(locationQuery(id)).data;
  const [dialog, setDialog] = useState<"delete" | "terminal" | null>(null);
  const close = (): void => setDialog(null);
  return (
    <>
      <PageHead
        title={location.name}
        crumbs={[{ to: "/locations", label: shell.pages.locations }]}
        actions={
          may("locations:write") ? (
            <>
              <Button component={Link} to={`/locations/${id}/edit`} variant="default">
                {places.location.edit}
              </Button>
              <Button variant="default" onClick={() => setDialog("delete")}>
                {places.location.remove}
              </Button>
            </>
          ) : undefined
        }
      />
      <LocationFacts location={location} />
      <SectionHead title={places.location.terminals}>
        {may("terminals:write") ? (
          <Button variant="default" onClick={() => setDialog("terminal")}>
            {places.terminal.create}
          </Button>
        ) : null}
      </SectionHead>
      <TerminalsHere locationId={id} />
      <p>
        <Link to="/operations" search={{ locationId: id }}>
          {places.location.lastEntries}
        </Link>
      </p>
      {dialog === "delete" ? (
        <ConfirmDialog
          title={places.location.remove}
          verb={places.location.remove}
          act={async (intent) => await deleteLocation(id, intent)}
          done={places.location.removed(location.name)}
          isDangerous
          onClose={close}
          onDone={async () => await navigate({ to: "/locations" })}
        >
          <p>
            <strong>
              <bdi>{location.name}</bdi>
            </strong>
          </p>
          <p>{places.location.removeWhy}</p>
        </ConfirmDialog>
      ) : null}
      <Suspense>
        {dialog === "terminal" ? <NewTerminalDialog locationId={id} onClose={close} /> : null}
      </Suspense>
    </>
  );
}

function LocationFacts({ location }: { readonly location: Location }) {
  const { places, operations } = useTexts();
  const { fields } = places;
  const { merchantId } = location;
  const { data: merchant } = useQuery({
    ...merchantQuery(merchantId ?? ""),
    enabled: merchantId !== null && may("merchants:read"),
  });
  const services: Readonly<Record<string, string>> = operations.services;
  return (
    <Facts
      label={places.details}
      facts={[
        [fields.countryCode, location.countryCode],
        [fields.service, services[location.service] ?? location.service],
        [fields.postalCode, <bdi key="value">{location.postalCode}</bdi>],
        [fields.city, <bdi key="value">{location.city}</bdi>],
        [fields.address, location.address],
        [
          fields.cooldownMinutes,
          location.cooldownMinutes === null ? null : places.minutes(location.cooldownMinutes),
        ],
        [fields.timeZone, location.timeZone],
        [
          fields.merchantId,
          location.merchantId === null ? null : (
            <Link to="/merchants/$id" params={{ id: location.merchantId }}>
              <bdi>{merchant?.body.name ?? location.merchantId}</bdi>
            </Link>
          ),
        ],
        [fields.offlineAllowed, location.offlineAllowed ? fields.yes : fields.no],
        [fields.createdAt, <Time key="value" at={location.createdAt} />],
        [fields.createdBy, <Who key="value" actor={location.createdBy} />],
        [fields.modifiedAt, <Time key="value" at={location.modifiedAt} />],
        [fields.modifiedBy, <Who key="value" actor={location.modifiedBy} />],
        [fields.id, <code key="value">{location.id}</code>],
      ]}
    />
  );
}

function TerminalsHere({ locationId }: { readonly locationId: string }) {
  const texts = useTexts();
  const { places } = texts;
  const { data, error, refetch } = useQuery(
    terminalsQuery({ locationId, limit: "200" }, terminalFilters(texts)),
  );
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} isPage={false} />;
  if (data === undefined) return null;
  if (data.items.length === 0) return <p className="second">{places.location.noTerminals}</p>;
  return (
    <DataTable
      label={places.location.terminals}
      columns={terminalColumns(texts).filter(({ id }) => id !== "location")}
      rows={data.items}
      rowKey={({ id }) => id}
      rowLink={({ serialNumber }) => ({ to: "/terminals/$serial", params: { serial: serialNumber } })}
    />
  );
}

import { getRouteApi } from "@tanstack/react-router";
import { IconMapPin } from "@tabler/icons-react";
import { may } from "../../api/session.ts";
import { CreateLink } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { locationFilters } from "./filters.ts";
import { type Location, locationsQuery } from "./queries.ts";

const route = getRouteApi("/shell/locations");

export function LocationsPage() {
  const texts = useTexts();
  const { places, shell } = texts;
  const search = route.useSearch();
  const filters = locationFilters(texts);
  const create = may("locations:write") ? (
    <CreateLink label={places.location.create} to="/locations/new" />
  ) : undefined;
  return (
    <ListPage
      name="locations"
      title={shell.pages.locations}
      actions={create}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={locationsQuery(search, filters)}
      rowKey={({ id }) => id}
      rowLink={({ id }) => ({ to: "/locations/$id", params: { id } })}
      defaultSort="name"
      empty={
        <StateView icon={IconMapPin} title={places.location.empty} action={create}>
          <p>{places.location.emptyWhy}</p>
        </StateView>
      }
    />
  );
}

function columns({ places, operations }: Texts): readonly Column<Location>[] {
  const { fields } = places;
  const services: Readonly<Record<string, string>> = operations.services;
  const none = <span aria-hidden="true">–</span>;
  return [
    {
      id: "name",
      header: fields.name,
      cell: ({ name }) => <bdi>{name}</bdi>,
      sort: { ascending: "name", descending: "-name" },
    },
    { id: "country", header: fields.countryCode, cell: ({ countryCode }) => countryCode },
    { id: "service", header: fields.service, cell: ({ service }) => services[service] ?? service },
    { id: "city", header: fields.city, cell: ({ city }) => <bdi>{city}</bdi> },
    {
      id: "address",
      header: fields.address,
      cell: ({ address }) => (address === null ? none : <bdi>{address}</bdi>),
    },
    {
      id: "postalCode",
      header: fields.postalCode,
      cell: ({ postalCode }) => <bdi>{postalCode}</bdi>,
      isExtra: true,
    },
    {
      id: "cooldown",
      header: fields.cooldownMinutes,
      cell: ({ cooldownMinutes }) => (cooldownMinutes === null ? none : places.minutes(cooldownMinutes)),
      isNumber: true,
    },
    { id: "zone", header: fields.timeZone, cell: ({ timeZone }) => timeZone ?? none, isExtra: true },
    {
      id: "modifiedAt",
      header: fields.modifiedAt,
      cell: ({ modifiedAt }) => <Time at={modifiedAt} seconds={false} />,
      sort: { ascending: "modifiedAt", descending: "-modifiedAt" },
      isExtra: true,
    },
  ];
}

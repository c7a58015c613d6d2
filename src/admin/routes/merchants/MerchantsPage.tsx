import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { IconBuildingStore } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { may } from "../../api/session.ts";
import { CreateButton } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import { say } from "../../shared/page/toasts.ts";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { merchantFilters } from "./filters.ts";
import { createMerchant, type Merchant, merchantsQuery } from "./queries.ts";
import { Who } from "../../shared/people/Who.tsx";

const route = getRouteApi("/shell/merchants");
/** A dialog is loaded when it is wanted. */
const MerchantDialog = lazy(async () => ({ default: (await import("./MerchantDialog.tsx")).MerchantDialog }));

export function MerchantsPage() {
  const texts = useTexts();
  const { places, shell } = texts;
  const search = route.useSearch();
  const navigate = useNavigate();
  const filters = merchantFilters(texts);
  const [isNew, setNew] = useState(false);
  const create = may("merchants:write") ? (
    <CreateButton label={places.merchant.create} onClick={() => setNew(true)} />
  ) : undefined;
  return (
    <>
      <ListPage
        name="merchants"
        title={shell.pages.merchants}
        actions={create}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={merchantsQuery(search, filters)}
        rowKey={({ id }) => id}
        rowLink={({ id }) => ({ to: "/merchants/$id", params: { id } })}
        defaultSort="name"
        empty={
          <StateView icon={IconBuildingStore} title={places.merchant.empty} action={create}>
            <p>{places.merchant.emptyWhy}</p>
          </StateView>
        }
      />
      {isNew ? (
        <Suspense>
          <MerchantDialog
            title={places.merchant.create}
            first={{ form: { name: "" }, etag: null }}
            load={null}
            send={async (body, { intent }) => await createMerchant(body, intent)}
            onClose={() => setNew(false)}
            onDone={({ id, name }) => {
              say(places.merchant.created(name));
              void navigate({ to: "/merchants/$id", params: { id } });
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function columns({ places }: Texts): readonly Column<Merchant>[] {
  const { fields } = places;
  return [
    {
      id: "name",
      header: fields.name,
      cell: ({ name }) => <bdi>{name}</bdi>,
      sort: { ascending: "name", descending: "-name" },
    },
    {
      id: "modifiedAt",
      header: fields.modifiedAt,
      cell: ({ modifiedAt }) => <Time at={modifiedAt} seconds={false} />,
      sort: { ascending: "modifiedAt", descending: "-modifiedAt" },
    },
    { id: "modifiedBy", header: fields.modifiedBy, cell: ({ modifiedBy }) => <Who actor={modifiedBy} /> },
  ];
}

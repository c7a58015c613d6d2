import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Answered } from "../../api/client.ts";
import { asOfNow } from "../../api/queryClient.ts";
import { may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { say } from "../../shared/page/toasts.ts";
import { Time } from "../../shared/time/Time.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Revision } from "../../shared/form/useRevision.ts";
import { MerchantDialog, type MerchantForm } from "./MerchantDialog.tsx";
import { changeMerchant, deleteMerchant, type Merchant, merchantQuery } from "./queries.ts";

const route = getRouteApi("/shell/merchants/$id");

export function MerchantPage() {
  const { places, shell } = useTexts();
  const { fields, merchant: words } = places;
  const { id } = route.useParams();
  const navigate = useNavigate();
  const { data } = useSuspenseQuery(merchantQuery(id));
  const { body: merchant } = data;
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const close = (): void => setDialog(null);
  return (
    <>
      <PageHead
        title={merchant.name}
        crumbs={[{ to: "/merchants", label: shell.pages.merchants }]}
        actions={
          may("merchants:write") ? (
            <>
              <Button variant="default" onClick={() => setDialog("edit")}>
                {places.location.edit}
              </Button>
              <Button variant="default" onClick={() => setDialog("delete")}>
                {words.remove}
              </Button>
            </>
          ) : undefined
        }
      />
      <Facts
        label={places.details}
        facts={[
          [fields.createdAt, <Time key="value" at={merchant.createdAt} />],
          [fields.createdBy, <Who key="value" actor={merchant.createdBy} />],
          [fields.modifiedAt, <Time key="value" at={merchant.modifiedAt} />],
          [fields.modifiedBy, <Who key="value" actor={merchant.modifiedBy} />],
          [fields.id, <code key="value">{id}</code>],
        ]}
      />
      <p>
        <Link to="/locations" search={{ merchantId: id }}>
          {shell.pages.locations}
        </Link>
        {" · "}
        <Link to="/terminals" search={{ merchantId: id }}>
          {shell.pages.terminals}
        </Link>
        {" · "}
        <Link to="/operations" search={{ merchantId: id }}>
          {shell.pages.operations}
        </Link>
      </p>
      {dialog === "edit" ? (
        <MerchantDialog
          title={places.location.editTitle(merchant.name)}
          first={revisionOf(data)}
          load={async () => {
            const now = await asOfNow(merchantQuery(id));
            return { ...revisionOf(now), by: now.body.modifiedBy, at: now.body.modifiedAt };
          }}
          send={async (body, writing) => await changeMerchant(id, body, writing)}
          onDone={({ name }) => say(words.saved(name))}
          onClose={close}
        />
      ) : null}
      {dialog === "delete" ? (
        <ConfirmDialog
          title={words.remove}
          verb={words.remove}
          act={async (intent) => await deleteMerchant(id, intent)}
          done={words.removed(merchant.name)}
          isDangerous
          onClose={close}
          onDone={async () => await navigate({ to: "/merchants" })}
        >
          <p>
            <strong>
              <bdi>{merchant.name}</bdi>
            </strong>
          </p>
          <p>{words.removeWhy}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

function revisionOf({ body, etag }: Answered<Merchant>): Revision<MerchantForm> {
  return { form: { name: body.name }, etag };
}

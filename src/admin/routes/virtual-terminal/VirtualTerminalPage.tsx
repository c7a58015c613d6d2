import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconDeviceMobileOff } from "@tabler/icons-react";
import { useState } from "react";
import { boot } from "../../api/session.ts";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import { Calls } from "./Calls.tsx";
import { Controls } from "./Controls.tsx";
import { PairForm } from "./PairForm.tsx";
import { Screen } from "./Screen.tsx";
import { Line } from "./Line.tsx";
import { OfflineDesk } from "./OfflineDesk.tsx";
import { type Device, useDevice } from "./useDevice.ts";
import { useOffline } from "./useOffline.ts";
import { useVisit } from "./useVisit.ts";
import classes from "./VirtualTerminal.module.css";

const route = getRouteApi("/shell/virtual-terminal");

/** A terminal in the browser: it pairs and decides by the same wire as any other, and shows each call. */
export function VirtualTerminalPage() {
  const { shell, virtualTerminal } = useTexts();
  const device = useDevice(route.useLoaderData());
  const { serial } = route.useSearch();
  if (!boot.installation.virtualTerminal) {
    return (
      <>
        <PageHead title={shell.pages.virtualTerminal} />
        <StateView icon={IconDeviceMobileOff} title={virtualTerminal.notHere}>
          <p>{virtualTerminal.notHereWhy}</p>
        </StateView>
      </>
    );
  }
  return (
    <>
      <PageHead
        title={shell.pages.virtualTerminal}
        aside={
          device.device === null ? null : (
            <Status tone="ok" icon="check" word={virtualTerminal.pairedAs(device.device.serialNumber)} />
          )
        }
        actions={
          device.device === null ? undefined : (
            <Button variant="default" onClick={() => void device.forget()}>
              {virtualTerminal.forget}
            </Button>
          )
        }
      />
      <div className={classes["columns"]}>
        {device.device === null ? (
          <PairForm device={device} serial={serial ?? null} />
        ) : (
          <Terminal device={device} serial={device.device.serialNumber} />
        )}
        <Calls calls={device.calls} />
      </div>
    </>
  );
}

function Terminal({ device, serial }: { readonly device: Device; readonly serial: string }) {
  const { virtualTerminal } = useTexts();
  const [language, setLanguage] = useState("en");
  const [losesReply, setLosesReply] = useState(false);
  const walk = useVisit(device, { language, losesReply });
  const offline = useOffline(device, { language, losesReply: false });
  return (
    <section className={classes["device"]} aria-label={virtualTerminal.device}>
      {offline.lists === null ? (
        <>
          <Screen visit={walk.visit} problem={walk.problem} isBusy={walk.isBusy} language={language} />
          <Controls
            walk={walk}
            language={language}
            onLanguage={setLanguage}
            losesReply={losesReply}
            onLosesReply={setLosesReply}
          />
        </>
      ) : (
        <OfflineDesk offline={offline} />
      )}
      <Line offline={offline} />
      <p className="meta">
        <Link to="/terminals/$serial" params={{ serial }}>
          {virtualTerminal.toTerminal}
        </Link>
      </p>
    </section>
  );
}

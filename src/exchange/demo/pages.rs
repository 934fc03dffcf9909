//! The pages of the demo's articles, as they are in `assets/demo/knowledge/`.

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../assets/demo/knowledge/", $name, ".md")))),*]
    };
}

/// Names and texts.
static PAGES: &[(&str, &str)] = pages![
    "account-locked",
    "backup-failed",
    "bitlocker-key",
    "blocked-by-proxy",
    "cad-licence",
    "calls-end-after-30-minutes",
    "clock-off",
    "contact-helvita",
    "critical-vulnerability",
    "crm-duplicate-account",
    "database-locks",
    "de-passwort-abgelaufen",
    "de-verdaechtige-mail",
    "deputy-for-approvals",
    "disk-full-var",
    "disk-in-raid-failed",
    "drawing-locked",
    "drive-s-not-connected",
    "empty-a-host",
    "erp-posting-payment-term",
    "firewall-rule",
    "guest-codes",
    "guest-portal-does-not-open",
    "handheld-offline",
    "high-load",
    "host-down",
    "ke-backup-snapshot",
    "ke-dock-after-sleep",
    "ke-erp-wide-reports",
    "ke-journal-unlimited",
    "ke-label-printer-links",
    "ke-lyon-line",
    "ke-name-server-behind",
    "ke-order-texts",
    "ke-payment-terms",
    "ke-wlan-aarfeld",
    "laptop-black-screen",
    "laptop-slow",
    "leaver",
    "locked-again-and-again",
    "lost-device",
    "mail-bounces-spf",
    "mail-queue-disk",
    "mailbox-full",
    "malware-alert",
    "monitoring-site-silent",
    "name-server-behind",
    "new-phone-authenticator",
    "new-starter",
    "old-print-server",
    "on-call-handover",
    "order-a-vm",
    "packet-loss-wan",
    "password-expired",
    "password-on-fake-page",
    "phone-does-not-sync",
    "phone-registering",
    "policy-changes",
    "policy-it-07",
    "port-flap",
    "portal-cache",
    "print-jobs-vanish",
    "printer-jam",
    "production-orders-stuck",
    "renew-certificate",
    "report-phishing",
    "report-without-data",
    "restore-a-folder",
    "review-erp-outage",
    "review-mail-outage",
    "room-without-sound",
    "scan-to-mail",
    "second-screen-dark",
    "service-erp",
    "service-files",
    "service-mail",
    "service-network",
    "service-payroll",
    "service-production-control",
    "service-server-platform",
    "service-vpn",
    "shared-mailbox-missing",
    "socket-without-network",
    "time-clock-unknown-card",
    "update-fails-0x800f",
    "ups-replace-battery",
    "vpn-drops-mtu",
    "vpn-token-refused",
    "wiki-error-500",
    "wlan-slow-on-a-floor",
    "zh-proxy-blocked",
];

/// The text of a page.
pub(super) fn page(name: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of all pages.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(name, _)| *name)
}

//! The shop: its services, who calls whom, and what goes wrong.

/// A service: name, version, pods, and what it works on.
pub struct Service {
    pub name: &'static str,
    pub version: &'static str,
    pub pods: usize,
    /// Usual milliseconds of its own work.
    pub work_ms: f64,
}

const fn service(name: &'static str, version: &'static str, pods: usize, work_ms: f64) -> Service {
    Service { name, version, pods, work_ms }
}

pub static SERVICES: [Service; 15] = [
    service("web-frontend", "5.2.1", 3, 4.0),
    service("api-gateway", "3.9.0", 2, 2.0),
    service("auth", "2.4.4", 2, 5.0),
    service("catalog", "4.0.7", 3, 9.0),
    service("search", "1.18.2", 2, 22.0),
    service("recommendations", "0.9.13", 2, 15.0),
    service("reviews", "1.3.0", 1, 8.0),
    service("cart", "2.7.5", 2, 6.0),
    service("checkout", "6.1.0", 3, 10.0),
    service("pricing", "1.0.19", 2, 3.0),
    service("inventory", "3.3.3", 2, 7.0),
    service("payment", "2.13.4", 3, 45.0),
    service("fraud-check", "1.5.2", 1, 18.0),
    service("shipping", "2.2.0", 1, 12.0),
    service("notifications", "1.1.8", 1, 5.0),
];

/// One step of an operation: a service, the name of its span, and the calls it makes, one after the other.
pub struct Call {
    pub service: &'static str,
    pub span: &'static str,
    pub calls: &'static [Call],
}

const fn call(service: &'static str, span: &'static str, calls: &'static [Call]) -> Call {
    Call { service, span, calls }
}

/// What customers do, with how often (of 100).
pub static OPERATIONS: [(u32, Call); 5] = [
    (
        38,
        call(
            "web-frontend",
            "GET /products",
            &[call(
                "api-gateway",
                "GET /api/products",
                &[
                    call("catalog", "ListProducts", &[]),
                    call("recommendations", "Recommend", &[call("catalog", "GetProducts", &[])]),
                    call("reviews", "ListReviews", &[]),
                ],
            )],
        ),
    ),
    (
        24,
        call(
            "web-frontend",
            "GET /search",
            &[call(
                "api-gateway",
                "GET /api/search",
                &[call("search", "Search", &[call("catalog", "GetProducts", &[])])],
            )],
        ),
    ),
    (
        16,
        call(
            "web-frontend",
            "POST /cart",
            &[call(
                "api-gateway",
                "POST /api/cart",
                &[call("auth", "Verify", &[]), call("cart", "AddItem", &[call("pricing", "Quote", &[])])],
            )],
        ),
    ),
    (
        14,
        call(
            "web-frontend",
            "POST /checkout",
            &[call(
                "api-gateway",
                "POST /api/checkout",
                &[
                    call("auth", "Verify", &[]),
                    call(
                        "checkout",
                        "PlaceOrder",
                        &[
                            call("cart", "GetCart", &[]),
                            call("pricing", "Quote", &[]),
                            call("inventory", "Reserve", &[]),
                            call("payment", "Charge", &[call("fraud-check", "Score", &[])]),
                            call("shipping", "CreateShipment", &[]),
                            call("notifications", "SendConfirmation", &[]),
                        ],
                    ),
                ],
            )],
        ),
    ),
    (8, call("web-frontend", "POST /login", &[call("api-gateway", "POST /api/login", &[call("auth", "Login", &[])])])),
];

/// The incident: one pod of `payment` gets a bad version, whose connection pool to the bank is too small.
pub mod incident {
    pub const SERVICE: &str = "payment";
    pub const VERSION: &str = "2.14.0";
    /// Number of the pod that got it.
    pub const POD: usize = 1;
    pub const MESSAGE: &str = "bank call failed: connection pool exhausted (2 of 2 in use)";
    /// Added milliseconds: least and spread.
    pub const DELAY_MS: (f64, f64) = (900.0, 1600.0);
    /// Of 100 calls, how many fail.
    pub const FAILURES: u32 = 45;
}

/// Name of a service's pod.
pub fn pod_name(service: &str, pod: usize) -> String {
    // Five characters that look as a ReplicaSet's, the same in every run.
    let mut h = service.bytes().fold(5381u64, |h, b| h.wrapping_mul(33) ^ u64::from(b));
    let mut tail = String::new();
    h = h.wrapping_add(pod as u64 * 7_919);
    for _ in 0..5 {
        tail.push(char::from(b"bcdfghjklmnpqrstvwxz2456789".get((h % 27) as usize).copied().unwrap_or(b'x')));
        h /= 27;
    }
    format!("{service}-{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: &Call) {
        assert!(SERVICES.iter().any(|s| s.name == call.service), "{}", call.service);
        call.calls.iter().for_each(check);
    }

    #[test]
    fn every_call_has_its_service() {
        OPERATIONS.iter().for_each(|(_, c)| check(c));
        assert_eq!(OPERATIONS.iter().map(|(n, _)| n).sum::<u32>(), 100);
    }
}

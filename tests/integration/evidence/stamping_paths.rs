//! The way from a time-stamping authority's certificate to one that is trusted.

use super::chaining::{Chained, date};
use super::stamping::{Authority, CA, REQUEST, openssl, stamp_days};
use std::fs;
use streetward::evidence::timestamp::{Authorities, StampError};

/// Root, intermediate with that extension, and the authority's own. The intermediate's certificate
/// goes along in the token.
fn under_two(middle: &str) -> Option<Authority> {
    Authority::open()?;
    let ask = "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout mid.key \
        -out mid.csr -config tsa.cnf -subj /CN=Intermediate";
    let issue = |csr: &str, by: &str, extension: &str, out: &str| {
        format!(
            "x509 -req -in {csr} -CA {by}.pem -CAkey {by}.key -CAcreateserial -days 2 \
             -extfile tsa.cnf -extensions {extension} -out {out}"
        )
    };
    let middle = issue("mid.csr", "ca", middle, "mid.pem");
    let own = issue("tsa.csr", "mid", "leaf", "tsa.pem");
    let made = Authority::with(
        "[ other ]\nextendedKeyUsage = serverAuth\nbasicConstraints = critical, CA:true\n",
        &[CA, ask, &middle, REQUEST, &own],
    );
    let config = fs::read_to_string(made.file("tsa.cnf")).unwrap();
    let config = config.replace("certs = ./tsa.pem", "certs = ./mid.pem");
    fs::write(made.file("tsa.cnf"), config).unwrap();
    Some(made)
}

#[test]
fn an_authority_below_an_intermediate_that_says_no_usage_is_known() {
    let Some(authority) = under_two("authority") else { return };
    let (chained, _) = Chained::three_days();
    let known = Authorities::read(&authority.file("ca.pem")).unwrap();
    let done = stamp_days(chained.data(), &authority.url, &known, date(16)).unwrap();
    assert_eq!(done.days, [date(15)]);
    let (head, file) = (chained.read(15).head, super::stamping::stamp(&chained, 15));
    let by = ["-digest", &head, "-in", file.to_str().unwrap(), "-CAfile", "ca.pem"];
    let folder = authority.file("ca.pem");
    assert!(openssl(folder.parent().unwrap(), &[&["ts", "-verify"][..], &by].concat()));
}

#[test]
fn one_below_an_intermediate_for_something_else_is_not() {
    let Some(authority) = under_two("other") else { return };
    let (chained, _) = Chained::three_days();
    let known = Authorities::read(&authority.file("ca.pem")).unwrap();
    let error = stamp_days(chained.data(), &authority.url, &known, date(16)).unwrap_err();
    assert!(matches!(error, StampError::Unknown { .. }), "{error}");
    assert!(error.to_string().contains("not for time-stamping"), "{error}");
}

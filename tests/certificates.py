"""Certificates and their keys, to sign with and for servers on loopback, made for a test; nobody trusts them."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from passerby.evidence.credentials import Signing

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def make_signing(folder: Path, key: Key | None = None) -> Signing:
    """The chain of a signer and of who vouches for it, and the signer's key, as files in ``folder``."""
    authority, signer = ec.generate_private_key(ec.SECP256R1()), key or ec.generate_private_key(ec.SECP256R1())
    chain = [_certificate("signer", signer, authority), _certificate("authority", authority, authority)]
    certificate, key_file = folder / "chain.pem", folder / "key.pem"
    certificate.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
    key_file.write_bytes(signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Signing(certificate, key_file)


def make_loopback(folder: Path) -> tuple[Path, Path]:
    """The certificate of a server on loopback, which vouches for itself, and its key."""
    certificate, key = _self_signed("loopback", x509.IPAddress(ip_address("127.0.0.1")))
    (folder / "cert.pem").write_bytes(certificate)
    (folder / "key.pem").write_bytes(key)
    return folder / "cert.pem", folder / "key.pem"


def make_server_certificate(folder: Path, host: str) -> Path:
    """One PEM with the certificate of a host, which vouches for itself, and its key."""
    path = folder / f"{host}.pem"
    path.write_bytes(b"".join(_self_signed(host, x509.DNSName(host))))
    return path


def _self_signed(name: str, place: x509.GeneralName) -> tuple[bytes, bytes]:
    """A certificate and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([place]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), content


def _certificate(name: str, key: Key, authority: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    own = key is authority
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name("authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(own, None), critical=True)
        .add_extension(_usage(certificates=own), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
    )
    if not own:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(authority, hashes.SHA256())


def _name(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "tests")]
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )

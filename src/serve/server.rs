//! The server's door: connections, TLS, and the limits that keep slow or many clients from others.

use super::app;
use super::crowd::Crowd;
use super::desk::Desk;
use super::error::ServeError;
use super::peer::Peer;
use super::terms::ServeTerms;
use super::tls;
use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_millis(200);
/// Header lines of a request.
const HEADERS: usize = 64;
/// Bytes of a request's head.
const HEAD: usize = 32 * 1024;

/// A server that has its port and does not answer yet, so that a port in use is told before anything
/// begins.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    terms: ServeTerms,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("terms", &self.terms).finish_non_exhaustive()
    }
}

/// What every connection shares.
#[derive(Clone)]
struct Room {
    service: TowerToHyperService<Router>,
    tls: Option<TlsAcceptor>,
    terms: Arc<ServeTerms>,
}

impl Server {
    /// Takes the port and reads the certificate.
    ///
    /// # Errors
    /// [`ServeError`]: the port, the certificate, or plain HTTP where others could listen.
    pub fn bind(terms: ServeTerms) -> Result<Self, ServeError> {
        let terms = terms.checked()?;
        let tls = match &terms.certificate {
            Some((chain, key)) => Some(tls::acceptor(chain, key)?),
            None => None,
        };
        let address = terms.listen;
        let port = |source| ServeError::Port { table: "[serve]", address, or: "", source };
        let listener = TcpListener::bind(address).map_err(port)?;
        listener.set_nonblocking(true).map_err(port)?;
        Ok(Self { listener, tls, terms })
    }

    /// Where it answers; the port is the system's choice where 0 was asked for.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// The address as a browser takes it.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address().unwrap_or(self.terms.listen))
    }

    /// The terms it answers on.
    pub fn terms(&self) -> &ServeTerms {
        &self.terms
    }

    /// Answers until told to stop, then finishes the answers that are on their way.
    ///
    /// # Errors
    /// What the system refused.
    pub fn run(self, desk: Desk, stop: &AtomicBool) -> Result<(), ServeError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.answer(Arc::new(desk), stop))
    }

    async fn answer(self, desk: Arc<Desk>, stop: &AtomicBool) -> Result<(), ServeError> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let terms = Arc::new(self.terms);
        let service = TowerToHyperService::new(app::router(&desk));
        let room = Room { service, tls: self.tls, terms: Arc::clone(&terms) };
        let (graceful, crowd) = (GracefulShutdown::new(), Arc::new(Crowd::default()));
        let places = Arc::new(Semaphore::new(terms.connections));
        tokio::spawn(super::news_stream::watch(Arc::clone(&desk), terms.news_every));
        tokio::spawn(super::site_watch::watch(Arc::clone(&desk)));
        loop {
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                () = told(stop) => break,
            };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = told(stop) => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(e) => {
                    // Out of file descriptors, most likely: they come back as clients leave.
                    tracing::warn!("a connection could not be taken: {e}");
                    sleep(LOOK).await;
                    continue;
                }
            };
            let most = if terms.behind_proxy { usize::MAX } else { terms.connections_each };
            let Some(seat) = Crowd::enter(&crowd, peer.ip(), most) else { continue };
            let (room, watcher) = (room.clone(), graceful.watcher());
            tokio::spawn(async move {
                let _held = (place, seat);
                room.welcome(stream, peer.ip(), watcher).await;
            });
        }
        drop(listener);
        desk.close();
        if timeout(terms.drain, graceful.shutdown()).await.is_err() {
            tracing::warn!("some answers were still on their way when the server stopped");
        }
        Ok(())
    }
}

impl Room {
    async fn welcome(self, stream: TcpStream, peer: IpAddr, watcher: Watcher) {
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.terms.taken_within));
        let stream = Box::pin(stream);
        let Some(tls) = &self.tls else {
            return self.converse(TokioIo::new(stream), peer, watcher).await;
        };
        match timeout(self.terms.head_within, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.converse(TokioIo::new(stream), peer, watcher).await,
            Ok(Err(e)) => tracing::debug!("{peer}: no TLS: {e}"),
            Err(_) => tracing::debug!("{peer}: TLS took too long"),
        }
    }

    async fn converse<I>(&self, io: I, peer: IpAddr, watcher: Watcher)
    where
        I: Read + Write + Unpin + Send + 'static,
    {
        let service = self.service.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            service.call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.terms.head_within)
            .max_headers(HEADERS)
            .max_buf_size(HEAD)
            .serve_connection(io, service);
        if let Err(e) = watcher.watch(connection).await {
            tracing::debug!("{peer}: {e}");
        }
    }
}

async fn told(stop: &AtomicBool) {
    while !stop.load(Relaxed) {
        sleep(LOOK).await;
    }
}

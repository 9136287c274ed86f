//! What the Worker is given by the platform: databases, the config cache, queues, rate limiters, files, variables, secrets.
//!
//! In production these are Cloudflare's bindings. In tests they are SQLite and memory, so that store methods and the router
//! run in plain `cargo test`; what only the real platform can show is tested on workerd.

#[cfg(test)]
pub(crate) mod in_process;

use crate::{
    db::{Database, error::StoreError},
    store::shop_directory,
};
use http_body_util::BodyExt;
use std::{future::Future, sync::Arc, time::Duration};
use worker::{BatchMessageBuilder, Context, Env, MessageBuilder, QueueContentType};

/// The bindings of one invocation.
#[derive(Clone)]
pub(crate) struct Platform(Backend);

#[derive(Clone)]
enum Backend {
    Worker {
        env: Env,
        /// Absent in queue and cron handlers, which have nothing to do after a reply.
        context: Option<Arc<Context>>,
    },
    #[cfg(test)]
    InProcess(Arc<in_process::InProcess>),
}

/// A queue of the deployment, by its binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queue {
    /// Responses and events that could not be stored at once.
    Intake,
    /// Webhook deliveries.
    Webhooks,
}

impl Queue {
    /// The binding's name.
    pub(crate) const fn binding(self) -> &'static str {
        match self {
            Self::Intake => "INTAKE",
            Self::Webhooks => "WEBHOOKS",
        }
    }
}

fn misconfigured(binding: &str, error: &worker::Error) -> StoreError {
    StoreError::Misconfigured(format!("{binding}: {error}"))
}

fn unavailable(binding: &str, error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("{binding}: {error}"))
}

impl Platform {
    /// The platform of a request, which may do work after its reply.
    pub(crate) fn of_request(env: Env, context: Context) -> Self {
        Self(Backend::Worker { env, context: Some(Arc::new(context)) })
    }

    /// The platform of a queue or cron handler.
    pub(crate) const fn of_handler(env: Env) -> Self {
        Self(Backend::Worker { env, context: None })
    }

    /// Opens a database by its binding's name.
    ///
    /// # Errors
    /// If the deployment lacks it.
    pub(crate) fn database(&self, binding: &str) -> Result<Database, StoreError> {
        let database = match &self.0 {
            Backend::Worker { env, .. } => {
                Database::d1(env.d1(binding).map_err(|error| misconfigured(&format!("D1 {binding}"), &error))?)
            }
            #[cfg(test)]
            Backend::InProcess(platform) => platform.database(binding)?,
        };
        Ok(database.on_shop_moved(shop_directory::invalidate))
    }

    /// A variable of the deployment.
    pub(crate) fn var(&self, name: &str) -> Option<String> {
        match &self.0 {
            Backend::Worker { env, .. } => env.var(name).ok().map(|value| value.to_string()),
            #[cfg(test)]
            Backend::InProcess(platform) => platform.var(name),
        }
    }

    /// A secret of the deployment.
    pub(crate) fn secret(&self, name: &str) -> Option<String> {
        match &self.0 {
            Backend::Worker { env, .. } => env.secret(name).ok().map(|value| value.to_string()),
            #[cfg(test)]
            Backend::InProcess(platform) => platform.var(name),
        }
    }

    /// Reads a text from the config cache (KV).
    ///
    /// # Errors
    /// If the cache is unavailable.
    pub(crate) async fn cached(&self, key: &str) -> Result<Option<String>, StoreError> {
        match &self.0 {
            Backend::Worker { env, .. } => {
                let kv = env.kv("CONFIG").map_err(|error| misconfigured("KV CONFIG", &error))?;
                kv.get(key).text().await.map_err(|error| unavailable("KV", error))
            }
            #[cfg(test)]
            Backend::InProcess(platform) => Ok(platform.cached(key)),
        }
    }

    /// Writes a text to the config cache (KV).
    ///
    /// # Errors
    /// If the cache is unavailable.
    pub(crate) async fn cache(&self, key: &str, text: String) -> Result<(), StoreError> {
        match &self.0 {
            Backend::Worker { env, .. } => {
                let kv = env.kv("CONFIG").map_err(|error| misconfigured("KV CONFIG", &error))?;
                let put = kv.put(key, text).map_err(|error| unavailable("KV", error))?;
                put.execute().await.map_err(|error| unavailable("KV", error))
            }
            #[cfg(test)]
            Backend::InProcess(platform) => {
                platform.cache(key, text);
                Ok(())
            }
        }
    }

    /// Enqueues texts in one call. When this returns, the queue has them on disk. As text, so that a message that does not
    /// decode can still be read and kept.
    ///
    /// # Errors
    /// If the queue is missing or unavailable.
    pub(crate) async fn enqueue(&self, queue: Queue, texts: Vec<String>) -> Result<(), StoreError> {
        let name = format!("queue {}", queue.binding());
        match &self.0 {
            Backend::Worker { env, .. } => {
                let binding = env.queue(queue.binding()).map_err(|error| misconfigured(&name, &error))?;
                let message = |text| MessageBuilder::new(text).content_type(QueueContentType::Text).build();
                let sent = match <[String; 1]>::try_from(texts) {
                    Ok([text]) => binding.send(message(text)).await,
                    Err(texts) => {
                        let batch = texts
                            .into_iter()
                            .fold(BatchMessageBuilder::new(), |batch, text| batch.message(message(text)));
                        binding.send_batch(batch.build()).await
                    }
                };
                sent.map_err(|error| unavailable(&name, error))
            }
            #[cfg(test)]
            Backend::InProcess(platform) => platform.enqueue(queue, texts),
        }
    }

    /// Enqueues a text that is delivered after `seconds`.
    ///
    /// # Errors
    /// If the queue is missing or unavailable.
    pub(crate) async fn enqueue_delayed(&self, queue: Queue, text: String, seconds: u32) -> Result<(), StoreError> {
        let name = format!("queue {}", queue.binding());
        match &self.0 {
            Backend::Worker { env, .. } => {
                let binding = env.queue(queue.binding()).map_err(|error| misconfigured(&name, &error))?;
                let message = MessageBuilder::new(text).content_type(QueueContentType::Text).delay_seconds(seconds);
                binding.send(message.build()).await.map_err(|error| unavailable(&name, error))
            }
            #[cfg(test)]
            Backend::InProcess(platform) => platform.enqueue(queue, vec![text]),
        }
    }

    /// Counts one call of `key` at a rate limiter; whether it is within the limit. `None` if the limiter is unavailable.
    pub(crate) async fn within_rate(&self, limiter: &str, key: &str) -> Option<bool> {
        match &self.0 {
            Backend::Worker { env, .. } => {
                let limiter = env.rate_limiter(limiter).ok()?;
                limiter.limit(key.to_owned()).await.ok().map(|outcome| outcome.success)
            }
            #[cfg(test)]
            Backend::InProcess(platform) => platform.within_rate(limiter, key),
        }
    }

    /// A file of the deployment, as text.
    ///
    /// # Errors
    /// If the file is missing or not UTF-8, or the assets are unavailable.
    pub(crate) async fn asset(&self, path: &str) -> Result<String, StoreError> {
        match &self.0 {
            Backend::Worker { env, .. } => {
                let assets = env.assets("ASSETS").map_err(|error| misconfigured("assets ASSETS", &error))?;
                // The binding ignores the host.
                let url = format!("https://assets.invalid{path}");
                let response = assets.fetch(url, None).await.map_err(|error| unavailable("assets", error))?;
                if !response.status().is_success() {
                    return Err(StoreError::Misconfigured(format!("assets: {path} answers {}", response.status())));
                }
                let body = response.into_body().collect().await.map_err(|error| unavailable("assets", error))?;
                String::from_utf8(body.to_bytes().into())
                    .map_err(|_| StoreError::Misconfigured(format!("assets: {path} is not UTF-8")))
            }
            #[cfg(test)]
            Backend::InProcess(platform) => platform.asset(path),
        }
    }

    /// Runs work after the reply, if the instance lives that long. Never for what must not be lost.
    pub(crate) fn after_reply(&self, work: impl Future<Output = ()> + 'static) {
        match &self.0 {
            Backend::Worker { context, .. } => {
                if let Some(context) = context {
                    context.wait_until(work);
                }
            }
            #[cfg(test)]
            Backend::InProcess(platform) => platform.after_reply(work),
        }
    }
}

/// Waits. In tests the clock is set forward instead.
pub(crate) async fn sleep(duration: Duration) {
    #[cfg(not(test))]
    worker::Delay::from(duration).await;
    #[cfg(test)]
    crate::time::clock::set(crate::time::clock::now_ms() + i64::try_from(duration.as_millis()).unwrap_or(0));
}
